package dev.bearward.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PublicUrlTest {
  private static PublicUrl url(boolean https, String authority, String path) {
    return new PublicUrl(https, TestHeads.authority(authority), path);
  }

  @Test
  @DisplayName("rule 73: one spelling, without the scheme's own port and a slash at the end")
  void toString_equivalentUrls_areTheSame() {
    assertThat(url(true, "API.example.com:443", "/")).hasToString("https://api.example.com");
    assertThat(url(true, "api.example.com:8443", "")).hasToString("https://api.example.com:8443");
    assertThat(url(true, "api.example.com:80", "")).hasToString("https://api.example.com:80");
    assertThat(url(false, "localhost:80", "/base/")).hasToString("http://localhost/base");
    assertThat(url(false, "[::1]:8080", "/base")).hasToString("http://[::1]:8080/base");
  }

  @Test
  void of_path_isTheUrlThatTheClientUsed() {
    CanonicalPath path = TestHeads.path("/api/a%20b");
    assertThat(url(true, "h", "").of(path)).isEqualTo("https://h/api/a%20b");
    assertThat(url(true, "h", "/base").of(path)).isEqualTo("https://h/base/api/a%20b");
  }

  @Test
  void construction_withAmbiguousPath_isRefused() {
    assertThatThrownBy(() -> url(true, "h", "/a/../b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("path: /a/../b");
  }
}
