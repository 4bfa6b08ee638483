package dev.bearward.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.http.HeaderView;
import dev.bearward.http.Reason;
import dev.bearward.http.TestHeads;
import dev.bearward.token.TokenVerifier.Rejected;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpaqueTokenVerifierTest {
  private static final Rejected BY_JWT = new Rejected(Reason.BAD_SIGNATURE);
  private static final Rejected BY_A = new Rejected(Reason.INACTIVE);
  private static final Rejected BY_B = new Rejected(Reason.EXPIRED);

  private final TokenVerifier verifier = verifier();

  private static TokenVerifier verifier() {
    Map<String, TokenVerifier> introspecting = new LinkedHashMap<>();
    introspecting.put("a", token -> BY_A);
    introspecting.put("b", token -> BY_B);
    return new OpaqueTokenVerifier(token -> BY_JWT, introspecting);
  }

  private static BearerCredentials.Token credentials(String field) {
    HeaderView headers = TestHeads.head("GET", "h", "/", "Authorization", field).headers();
    BearerCredentials.Credentials read = new BearerCredentials(100).read(headers);
    assertThat(read).isInstanceOf(BearerCredentials.Token.class);
    return (BearerCredentials.Token) read;
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.b.c", "..", "a..", "eyJ.eyJ.sig"})
  @DisplayName("three parts with dots between are a JWT, whatever they hold")
  void verify_threeParts_isAJwt(String token) {
    TokenVerifier route = verifier.onRoute(Set.of("a"));

    assertThat(route.verify(token)).isEqualTo(BY_JWT);
    assertThat(route.verify(credentials("Bearer " + token))).isEqualTo(BY_JWT);
    assertThat(route.verify(credentials("bearer   " + token))).isEqualTo(BY_JWT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a.b", ".", "a.b.c.d", "a.b.c.d.e", "x==", "a/b+c~d"})
  @DisplayName("anything else is asked for at the route's issuer")
  void verify_otherToken_isAskedFor(String token) {
    TokenVerifier route = verifier.onRoute(Set.of("a", "jwts"));

    assertThat(route.verify(token)).isEqualTo(BY_A);
    assertThat(route.verify(credentials("Bearer " + token))).isEqualTo(BY_A);
    assertThat(verifier.onRoute(Set.of("b")).verify(token)).isEqualTo(BY_B);
  }

  @Test
  @DisplayName("a route without such an issuer refuses opaque tokens as before")
  void verify_onRouteWithoutIntrospection_isAJwtThatIsNone() {
    assertThat(verifier.onRoute(Set.of("jwts")).verify("opaque")).isEqualTo(BY_JWT);
    assertThat(verifier.verify("opaque")).isEqualTo(BY_JWT);
    assertThat(verifier.verify(credentials("Bearer opaque"))).isEqualTo(BY_JWT);
  }

  @Test
  @DisplayName("a route cannot have two issuers to ask; empty means all issuers")
  void onRoute_withTwoIntrospectingIssuers_isRefused() {
    assertThatThrownBy(() -> verifier.onRoute(Set.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[a, b]");
    assertThat(
            new OpaqueTokenVerifier(token -> BY_JWT, Map.of("a", token -> BY_A))
                .onRoute(Set.of())
                .verify("opaque"))
        .isEqualTo(BY_A);
  }
}
