package dev.bearward.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.cors.AllowedOrigins;
import dev.bearward.testing.TestHeaders;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginGuardTest {
  private static final String SPA = "https://spa.example.com";
  private static final OriginGuard GUARD = new OriginGuard(new AllowedOrigins(List.of(SPA)));

  private static boolean cookie(String... fields) {
    return GUARD.allowsCookie(TestHeaders.of(fields));
  }

  private static boolean handshake(String... fields) {
    return GUARD.allowsHandshake(TestHeaders.of(fields));
  }

  @Test
  @DisplayName("rule 158: a token in a cookie needs a listed origin")
  void allowsCookie_listedOrigin_only() {
    assertThat(cookie("Origin", SPA)).isTrue();
    assertThat(cookie("Origin", SPA, "Origin", SPA)).isFalse();
    assertThat(cookie("Origin", SPA + ", " + SPA)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://spa.example.com.evil.test",
        "https://evil.test",
        "http://spa.example.com",
        "https://spa.example.com:8443",
        "https://SPA.example.com",
        "https://spa.example.com/",
        "null",
        ""
      })
  @DisplayName("rule 164: other origins are refused, the browser's word on the site or not")
  void allowsCookie_otherOrigin_refuses(String origin) {
    assertThat(cookie("Origin", origin)).isFalse();
    assertThat(cookie("Origin", origin, "Sec-Fetch-Site", "same-origin")).isFalse();
    assertThat(handshake("Origin", origin, "Upgrade", "websocket")).isFalse();
  }

  @Test
  @DisplayName("a token in a cookie without Origin passes only from the very same origin")
  void allowsCookie_withoutOrigin_needsSameOrigin() {
    assertThat(cookie("Sec-Fetch-Site", "same-origin")).isTrue();
    for (String site : List.of("same-site", "cross-site", "none", "", "same-origin, none")) {
      assertThat(cookie("Sec-Fetch-Site", site)).as(site).isFalse();
    }
    assertThat(cookie("Sec-Fetch-Site", "same-origin", "Sec-Fetch-Site", "same-origin")).isFalse();
    assertThat(cookie()).isFalse();
  }

  @Test
  @DisplayName("rule 158: a WebSocket handshake needs a listed origin where there is a list")
  void allowsHandshake_listedOrigin_only() {
    assertThat(handshake("Origin", SPA, "Upgrade", "websocket")).isTrue();
    assertThat(handshake("Origin", "https://evil.test", "Upgrade", "h2c, WebSocket")).isFalse();
    assertThat(handshake("Upgrade", "websocket")).as("no browser").isTrue();
    assertThat(handshake("Origin", "https://evil.test")).as("no handshake").isTrue();
    var none = new OriginGuard(AllowedOrigins.NONE);
    assertThat(
            none.allowsHandshake(
                TestHeaders.of("Origin", "https://evil.test", "Upgrade", "websocket")))
        .isTrue();
    assertThat(none.allowsCookie(TestHeaders.of("Origin", SPA))).isFalse();
  }
}
