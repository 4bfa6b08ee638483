package dev.bearward.cors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsPolicyTest {
  private static CorsPolicy.Answered policy(
      List<String> origins, List<String> methods, List<String> headers, List<String> expose) {
    return new CorsPolicy.Answered(origins, methods, headers, expose, true, Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://spa.example.com", "http://localhost:3000", "https://127.0.0.1:8443",
        "http://[::1]:3000", "app://host", "chrome-extension://abcdef"
      })
  void answered_serialisedOrigin_isTaken(String origin) {
    assertThat(policy(List.of(origin), List.of(), List.of(), List.of()).origins())
        .containsExactly(origin);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "",
        "spa.example.com",
        "://a",
        "https://",
        "https://A.com",
        "HTTPS://a.com",
        "https://a.com/",
        "https://a.com/x",
        "https://*.a.com",
        "https://a.com:443",
        "http://a.com:80",
        "https://u@a.com",
        "https://a.com ",
        "1http://a.com",
        "h_t://a"
      })
  @DisplayName("rule 164: what no browser sends as Origin is refused, null among it")
  void answered_notAnOrigin_isRefused(String origin) {
    assertThatThrownBy(() -> policy(List.of(origin), List.of(), List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("cors.origins: " + origin + " (expected: scheme://host");
    assertThatThrownBy(() -> new CorsPolicy.Passthrough(List.of(origin)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("rule 165: no wildcard with credentials, nor beside other origins")
  void answered_wildcardWithCredentials_isRefused() {
    List<String> any = List.of("*");
    List<String> one = List.of("https://a");
    assertThatThrownBy(() -> policy(any, List.of(), List.of(), List.of()))
        .hasMessage("cors.origins: * (expected: names, since credentials are allowed)");
    assertThatThrownBy(() -> policy(one, any, List.of(), List.of()))
        .hasMessageStartingWith("cors.methods: *");
    assertThatThrownBy(() -> policy(one, List.of(), any, List.of()))
        .hasMessageStartingWith("cors.headers: *");
    assertThatThrownBy(() -> policy(one, List.of(), List.of(), any))
        .hasMessageStartingWith("cors.exposeHeaders: *");
    assertThatThrownBy(() -> policy(List.of("https://a", "*"), List.of(), List.of(), List.of()))
        .hasMessageStartingWith("cors.origins: *");
  }

  @Test
  void answered_noOriginOrNegativeAge_isRefused() {
    assertThatThrownBy(() -> policy(List.of(), List.of(), List.of(), List.of()))
        .hasMessage("cors.origins: none (expected: at least one)");
    List<String> none = List.of();
    assertThatThrownBy(() ->
            new CorsPolicy.Answered(List.of("*"), none, none, none, false, Duration.ofSeconds(-1)))
        .hasMessage("cors.maxAge: PT-1S (expected: zero or more)");
  }
}
