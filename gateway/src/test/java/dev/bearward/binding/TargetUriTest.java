package dev.bearward.binding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetUriTest {
  @ParameterizedTest
  @CsvSource({
    "https://h, https://h/",
    "https://h/, https://h/",
    "https://h?a=b, https://h/",
    "https://h/#x?y, https://h/",
    "https://h/a?b/../c, https://h/a",
    "HTTPS://H:443/A, https://h/A",
    "http://h:443/A, http://h:443/A",
    "http://h:80/A, http://h/A",
    "https://h:/a, https://h/a",
    "https://h./a, https://h/a",
    "https://[2001:DB8::0:1]:443/a, https://[2001:db8::1]/a",
    "https://h/%7ea%2fb%c3%a9, https://h/~a%2Fb%C3%A9",
    "https://h/a[b]|c^d, https://h/a%5Bb%5D%7Cc%5Ed",
    "https://h/a/./b/../../c, https://h/c",
    "https://h/a/%2e%2E/c/.., https://h/",
    "https://h/../../a/., https://h/a/",
    "https://h/a//b;p=1/.x/..y, https://h/a//b;p=1/.x/..y",
  })
  @DisplayName("rule 73: one spelling by RFC 3986 sections 6.2.2 and 6.2.3")
  void normalised_uri_isInOneSpelling(String uri, String normalised) {
    assertThat(TargetUri.normalised(uri)).isEqualTo(normalised);
    assertThat(TargetUri.normalised(normalised)).isEqualTo(normalised);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/a",
        "h/a",
        "//h/a",
        "https:",
        "https:/h/a",
        "https:///a",
        "https://",
        "ftp://h/a",
        "https://user@h/a",
        "https://h:0/a",
        "https://h:99999/a",
        "https://h h/a",
        "https://h/a b",
        "https://h/a\\b",
        "https://h/a%",
        "https://h/a%2",
        "https://h/a%zz",
        "https://h/é",
        "https://h/a\u0000",
        "https://h\\@i/a",
        " https://h/a"
      })
  @DisplayName("rule 73: what is no http or https URI matches nothing")
  void normalised_otherText_isNone(String uri) {
    assertThat(TargetUri.normalised(uri)).isNull();
  }
}
