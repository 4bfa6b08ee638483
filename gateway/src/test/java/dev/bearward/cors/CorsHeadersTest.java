package dev.bearward.cors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.cors.CorsHeaders.Answerer;
import dev.bearward.cors.CorsHeaders.Credentials;
import dev.bearward.http.Header;
import dev.bearward.http.RequestHead;
import dev.bearward.http.TestHeads;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsHeadersTest {
  private static final String SPA = "https://spa.example.com";
  private static final Header VARY = new Header("Vary", "Origin");

  private static CorsPolicy.Answered policy(List<String> origins, boolean credentials) {
    return new CorsPolicy.Answered(
        origins,
        List.of(),
        List.of("Authorization", "Content-Type"),
        List.of("WWW-Authenticate"),
        credentials,
        Duration.ofMinutes(10));
  }

  private static CorsHeaders headers(CorsPolicy policy) {
    return CorsHeaders.of(policy, Set.of("POST", "GET"), Credentials.BEARER);
  }

  private static RequestHead from(String origin) {
    return TestHeads.head("GET", "h", "/", "Origin", origin);
  }

  private static RequestHead sameOrigin() {
    return TestHeads.head("GET", "h", "/");
  }

  private static List<String> lines(List<Header> headers) {
    return headers.stream().map(h -> h.name() + ": " + h.value()).toList();
  }

  @Test
  @DisplayName("rules 163, 164, 169: an allowed origin may read responses and refusals")
  void answered_allowedOrigin_getsTheHeaders() {
    CorsHeaders cors = headers(policy(List.of("https://other", SPA), false));
    assertThat(lines(cors.onResponse(from(SPA))))
        .containsExactly(
            "Access-Control-Allow-Origin: https://spa.example.com",
            "Access-Control-Expose-Headers: WWW-Authenticate",
            "Vary: Origin")
        .isEqualTo(lines(cors.onRefusal(from(SPA))));
    assertThat(cors.allows(from(SPA))).isTrue();
  }

  @Test
  void answered_credentials_areAllowedForListedOrigins() {
    assertThat(lines(headers(policy(List.of(SPA), true)).onResponse(from(SPA))))
        .contains("Access-Control-Allow-Credentials: true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "",
        "https://spa.example.com.evil.org",
        "https://evil-spa.example.com",
        "http://spa.example.com",
        "https://spa.example.com:8443",
        "https://SPA.example.com",
        "https://spa.example.com/",
        "https://example.com",
        "https://spaxexample.com",
        "*",
        "https://spa.example.com, https://evil.org"
      })
  @DisplayName("rules 164, 168: any other origin gets nothing but Vary")
  void answered_otherOrigin_getsOnlyVary(String origin) {
    CorsHeaders cors = headers(policy(List.of(SPA), false));
    assertThat(cors.onResponse(from(origin))).containsExactly(VARY);
    assertThat(cors.onRefusal(from(origin))).containsExactly(VARY);
    assertThat(cors.onPreflight(from(origin))).containsExactly(VARY);
    assertThat(cors.allows(from(origin))).isFalse();
  }

  @Test
  @DisplayName("rule 168: Vary stands also where there is no Origin")
  void answered_noOrigin_getsOnlyVary() {
    CorsHeaders cors = headers(policy(List.of(SPA), false));
    assertThat(cors.onResponse(sameOrigin())).containsExactly(VARY);
    assertThat(cors.allows(sameOrigin())).isFalse();
  }

  @Test
  @DisplayName("rules 165, 168: with * the answer is one and the same, without Vary")
  void answered_anyOrigin_getsTheWildcard() {
    CorsHeaders cors = headers(policy(List.of("*"), false));
    assertThat(lines(cors.onResponse(from("https://any"))))
        .containsExactly(
            "Access-Control-Allow-Origin: *", "Access-Control-Expose-Headers: WWW-Authenticate")
        .isEqualTo(lines(cors.onResponse(sameOrigin())));
    assertThat(cors.allows(from("https://any"))).isTrue();
  }

  @Test
  @DisplayName("rules 162, 166, 167: the preflight answer names methods and headers")
  void answered_preflight_namesWhatIsAllowed() {
    CorsHeaders cors = headers(policy(List.of(SPA), true));
    assertThat(cors.answerer()).isEqualTo(Answerer.GATEWAY);
    assertThat(lines(cors.onPreflight(from(SPA))))
        .containsExactly(
            "Access-Control-Allow-Origin: https://spa.example.com",
            "Access-Control-Allow-Credentials: true",
            "Access-Control-Allow-Methods: GET, POST",
            "Access-Control-Allow-Headers: Authorization, Content-Type",
            "Access-Control-Max-Age: 600",
            "Vary: Origin");
  }

  @Test
  @DisplayName("rule 167: methods are listed as configured, case kept")
  void answered_ownMethods_areListed() {
    var policy =
        new CorsPolicy.Answered(
            List.of("*"), List.of("PATCH", "Brew"), List.of(), List.of(), false, Duration.ZERO);
    assertThat(
            lines(CorsHeaders.of(policy, Set.of("GET"), Credentials.NONE).onPreflight(from(SPA))))
        .containsExactly(
            "Access-Control-Allow-Origin: *",
            "Access-Control-Allow-Methods: PATCH, Brew",
            "Access-Control-Max-Age: 0");
    assertThat(CorsHeaders.of(policy, Set.of("GET"), Credentials.NONE).onResponse(from(SPA)))
        .containsExactly(new Header("Access-Control-Allow-Origin", "*"));
  }

  @Test
  @DisplayName("rule 166: Authorization is named, since * does not cover it")
  void answered_headersWithoutAuthorization_stillNameIt() {
    assertThat(allowHeaders(List.of("*"), false)).isEqualTo("*, Authorization");
    assertThat(allowHeaders(List.of("*"), true)).isEqualTo("*, Authorization");
    assertThat(allowHeaders(List.of("X-A"), true)).isEqualTo("X-A, Authorization");
    assertThat(allowHeaders(List.of("authorization"), true)).isEqualTo("authorization");
    assertThat(allowHeaders(List.of("X-A"), false)).isEqualTo("X-A");
  }

  private static String allowHeaders(List<String> headers, boolean tokenNeeded) {
    var policy =
        new CorsPolicy.Answered(List.of("*"), List.of(), headers, List.of(), false, Duration.ZERO);
    return CorsHeaders.of(
            policy, Set.of("GET"), tokenNeeded ? Credentials.BEARER : Credentials.NONE)
        .onPreflight(from(SPA))
        .stream()
        .filter(h -> h.name().equals("Access-Control-Allow-Headers"))
        .map(Header::value)
        .findFirst()
        .orElseThrow();
  }

  @Test
  @DisplayName("rule 170: only a policy of the gateway's own takes the upstream's headers away")
  void own_dependsOnThePolicy() {
    assertThat(headers(policy(List.of("*"), false)).own()).isTrue();
    assertThat(headers(new CorsPolicy.Passthrough(List.of())).own()).isFalse();
    assertThat(CorsHeaders.of(null, Set.of("GET"), Credentials.BEARER).own()).isFalse();
  }

  @Test
  @DisplayName("contract: passthrough sets own headers only on own refusals")
  void passthrough_refusals_canBeRead() {
    CorsHeaders any = headers(new CorsPolicy.Passthrough(List.of()));
    assertThat(any.answerer()).isEqualTo(Answerer.UPSTREAM);
    assertThat(any.onResponse(from(SPA))).isEmpty();
    assertThat(any.onPreflight(from(SPA))).isEmpty();
    assertThat(lines(any.onRefusal(from(SPA))))
        .containsExactly(
            "Access-Control-Allow-Origin: *", "Access-Control-Expose-Headers: WWW-Authenticate");
    CorsHeaders listed = headers(new CorsPolicy.Passthrough(List.of(SPA)));
    assertThat(lines(listed.onRefusal(from(SPA))))
        .contains("Access-Control-Allow-Origin: https://spa.example.com", "Vary: Origin");
    assertThat(listed.onRefusal(from("https://evil.org"))).containsExactly(VARY);
  }

  @Test
  void none_saysNothing() {
    CorsHeaders none = CorsHeaders.of(null, Set.of("GET"), Credentials.BEARER);
    assertThat(none.answerer()).isEqualTo(Answerer.NOBODY);
    assertThat(none.onResponse(from(SPA))).isEmpty();
    assertThat(none.onRefusal(from(SPA))).isEmpty();
    assertThat(none.allows(from(SPA))).isFalse();
  }
}
