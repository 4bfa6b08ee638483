package dev.bearward.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPatternTest {
  @Test
  void matches_exactName_isThatNameOnly() {
    HostPattern pattern = TestRoutes.host("API.example.com");
    assertThat(pattern).hasToString("api.example.com");
    assertThat(pattern.matches("api.example.com")).isTrue();
    assertThat(pattern.matches("a.api.example.com")).isFalse();
    assertThat(pattern.matches("example.com")).isFalse();
  }

  @Test
  @DisplayName("contract: *. stands for one or more labels, never for none")
  void matches_wildcard_isAnyNameBelow() {
    HostPattern pattern = TestRoutes.host("*.example.com");
    assertThat(pattern).hasToString("*.example.com");
    assertThat(pattern.matches("a.example.com")).isTrue();
    assertThat(pattern.matches("a.b.example.com")).isTrue();
    assertThat(pattern.matches("example.com")).isFalse();
    assertThat(pattern.matches("badexample.com")).isFalse();
    assertThat(pattern.matches("a.example.com.evil.org")).isFalse();
  }

  @Test
  void parse_addresses_areHosts() {
    assertThat(TestRoutes.host("127.0.0.1").name()).isEqualTo("127.0.0.1");
    assertThat(TestRoutes.host("[0::1]").name()).isEqualTo("[::1]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "*.",
        "a.*.b",
        "*a.example.com",
        "**.example.com",
        "a b",
        "http://a",
        "a/b",
        "a:80",
        "*.a:80",
        "*.127.0.0.1",
        "*.[::1]",
        "user@a"
      })
  void parse_malformed_isRefused(String text) {
    assertThat(HostPattern.parse(text)).isInstanceOf(HostPattern.Invalid.class);
  }
}
