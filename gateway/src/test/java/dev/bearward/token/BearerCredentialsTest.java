package dev.bearward.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.http.Reason;
import dev.bearward.testing.TestHeaders;
import dev.bearward.token.BearerCredentials.Absent;
import dev.bearward.token.BearerCredentials.Credentials;
import dev.bearward.token.BearerCredentials.Refused;
import dev.bearward.token.BearerCredentials.Token;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BearerCredentialsTest {
  private final BearerCredentials bearer = new BearerCredentials(1000);

  private Credentials read(String field) {
    return bearer.read(TestHeaders.of("Host", "a.example", "authorization", field));
  }

  private static String tokenOf(Credentials credentials) {
    assertThat(credentials).isInstanceOf(Token.class);
    return ((Token) credentials).value();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer", "bearer", "BEARER", "bEaReR"})
  @DisplayName("rule 1: the scheme is compared without case")
  void read_schemeInAnyCase_findsToken(String scheme) {
    assertThat(tokenOf(read(scheme + " abc.def.ghi"))).isEqualTo("abc.def.ghi");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DPoP", "dpop", "DPOP"})
  @DisplayName("rule 69: where DPoP is taken the scheme is known from Bearer, in any case")
  void read_dpopScheme_findsToken(String scheme) {
    var both = new BearerCredentials(1000, _ -> false, true);
    Credentials read = both.read(TestHeaders.of("authorization", scheme + "  abc.def"));
    assertThat(tokenOf(read)).isEqualTo("abc.def");
    assertThat(((Token) read).underDpop()).isTrue();
    assertThat(((Token) read).canonicalField()).isEqualTo("Bearer abc.def");
    Token bearerToken = (Token) both.read(TestHeaders.of("authorization", "Bearer abc"));
    assertThat(bearerToken.underDpop()).isFalse();
    assertThat(read(scheme + " abc.def")).isInstanceOf(BearerCredentials.Absent.class);
  }

  @Test
  @DisplayName("rules 2, 3: the scheme DPoP is held to the same grammar")
  void read_dpopSchemeWithoutOneToken_refuses() {
    var both = new BearerCredentials(20, _ -> false, true);
    for (String field : List.of("DPoP", "DPoP ", "DPoP a b", "DPoP,a", "DPoP\ta", "DPoP \"a\"")) {
      assertThat(both.read(TestHeaders.of("authorization", field)))
          .as(field)
          .isEqualTo(new Refused(Reason.MALFORMED_AUTHORIZATION));
    }
    assertThat(both.read(TestHeaders.of("authorization", "DPoPx a")))
        .isInstanceOf(BearerCredentials.Absent.class);
    assertThat(both.read(TestHeaders.of("authorization", "DPoP a, Bearer b")))
        .isEqualTo(new Refused(Reason.MULTIPLE_TOKENS));
    assertThat(both.read(TestHeaders.of("authorization", "DPoP a", "authorization", "Bearer a")))
        .isEqualTo(new Refused(Reason.MULTIPLE_TOKENS));
    assertThat(both.read(TestHeaders.of("authorization", "DPoP " + "a".repeat(21))))
        .isEqualTo(new Refused(Reason.TOKEN_TOO_LARGE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a=", "a==", "AZaz09-._~+/", "abc.def.ghi", "a.b.c===="})
  @DisplayName("rule 2: the token68 alphabet after one or more spaces is a token")
  void read_token68_findsToken(String token) {
    assertThat(tokenOf(read("Bearer " + token))).isEqualTo(token);
    assertThat(tokenOf(read("Bearer    " + token))).isEqualTo(token);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer",
        "Bearer ",
        "Bearer    ",
        "Bearer =",
        "Bearer a=b",
        "Bearer a b",
        "Bearer a ",
        "Bearer a\t",
        "Bearer\ta",
        "Bearer \ta",
        "Bearer \"a\"",
        "Bearer a;b",
        "Bearer a\u0000",
        "Bearer a\u00e9",
        "Bearer a\u0430",
        "Bearer token=a",
        "Bearer ,",
        "Bearer, a",
        "Bearer=a"
      })
  @DisplayName("rule 2: anything else under the scheme Bearer is refused")
  void read_notToken68_refuses(String field) {
    assertThat(read(field)).isEqualTo(new Refused(Reason.MALFORMED_AUTHORIZATION));
  }

  @Test
  @DisplayName("rule 2: no character outside token68 passes, wherever it stands")
  void read_everyCharacter_passesOnlyToken68() {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";
    for (char c = 0; c < 0x200; c++) {
      boolean inside = read("Bearer a" + c + "b") instanceof Token;
      assertThat(inside).as("character %d", (int) c).isEqualTo(alphabet.indexOf(c) >= 0);
    }
  }

  @Test
  @DisplayName("rule 3: more than one Authorization line is refused, even with equal or other ones")
  void read_severalLines_refuses() {
    for (String second : List.of("Bearer a", "bearer b", "Basic YTpi", "")) {
      assertThat(bearer.read(TestHeaders.of("Authorization", "Bearer a", "authorization", second)))
          .isEqualTo(new Refused(Reason.MULTIPLE_TOKENS));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer a, Bearer b", "Bearer a,Bearer b", "Bearer a=,b", "Bearer a , b"})
  @DisplayName("rule 3: a comma-joined pair is refused")
  void read_joinedByComma_refuses(String field) {
    assertThat(read(field)).isEqualTo(new Refused(Reason.MULTIPLE_TOKENS));
  }

  @Test
  @DisplayName("rule 4: only the Authorization field is looked at")
  void read_otherFields_areIgnored() {
    assertThat(
            bearer.read(TestHeaders.of("Cookie", "access_token=a", "X-Authorization", "Bearer a")))
        .isEqualTo(new Absent());
  }

  @Test
  @DisplayName("rule 5: without credentials the answer is absent, which carries no error code")
  void read_noField_isAbsent() {
    assertThat(bearer.read(TestHeaders.of("Host", "a.example"))).isEqualTo(new Absent());
    assertThat(Reason.NO_TOKEN.oauthError()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic YTpi",
        "Negotiate abc",
        "Digest a=b, c=d",
        "DPoP abc",
        "BearerX a",
        "",
        "B"
      })
  @DisplayName("rule 11: another scheme is as good as no token")
  void read_otherScheme_isAbsent(String field) {
    assertThat(read(field)).isEqualTo(new Absent());
  }

  @Test
  @DisplayName("rule 12: a token does not print itself")
  void token_toString_hidesIt() {
    assertThat(read("Bearer secret").toString()).doesNotContain("secret");
  }

  @Test
  @DisplayName("rule 14: a token over the cap is refused before its characters are looked at")
  void read_overCap_refusesAsTooLarge() {
    assertThat(tokenOf(read("Bearer " + "a".repeat(1000)))).hasSize(1000);
    assertThat(read("Bearer " + "a".repeat(1001))).isEqualTo(new Refused(Reason.TOKEN_TOO_LARGE));
    assertThat(read("Bearer " + "\u0000".repeat(1001)))
        .isEqualTo(new Refused(Reason.TOKEN_TOO_LARGE));
    assertThatThrownBy(() -> new BearerCredentials(0)).hasMessageContaining("token: 0");
  }

  @Test
  @DisplayName("rule 14: the cap holds for a field met before as well")
  void read_verifiedBefore_keepsCapAndSingleLine() {
    List<String> asked = new ArrayList<>();
    BearerCredentials recalling =
        new BearerCredentials(
            3,
            field -> {
              asked.add(field);
              return true;
            });
    assertThat(tokenOf(recalling.read(TestHeaders.of("Authorization", "bearer  abc"))))
        .isEqualTo("abc");
    assertThat(asked).containsExactly("bearer  abc");
    assertThat(recalling.read(TestHeaders.of("Authorization", "Bearer abcd")))
        .isEqualTo(new Refused(Reason.TOKEN_TOO_LARGE));
    assertThat(
            recalling.read(
                TestHeaders.of("Authorization", "Bearer a", "Authorization", "Bearer b")))
        .isEqualTo(new Refused(Reason.MULTIPLE_TOKENS));
  }

  @Test
  @DisplayName("rule 58: every spelling of the field leads to one cache key")
  void canonicalField_anySpelling_isTheUsualOne() {
    assertThat(((Token) read("bEARER   abc")).canonicalField()).isEqualTo("Bearer abc");
    assertThat(((Token) read("bearer abc")).canonicalField()).isEqualTo("Bearer abc");
    String usual = "Bearer abc";
    assertThat(((Token) read(usual)).canonicalField()).isSameAs(usual);
  }
}
