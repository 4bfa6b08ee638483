package dev.bearward.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("rules 12 and 186: nothing of token shape in a log")
class RedactionTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "got %s from the client",
        "%s",
        "Authorization: Bearer %s",
        "authorization=bearer   %s, next",
        "https://api.test/x?access_token=%s&a=b",
        "{\"token\":\"%s\"}",
        "java.lang.IllegalStateException: %s",
        "Bearer%%20%s",
      })
  void of_anyTextAroundAToken_leavesNoPartOfIt(String text) {
    String clean = Redaction.of(text.formatted(Exchanges.TOKEN));

    assertThat(clean).contains(Redaction.MARK);
    for (String part : Exchanges.TOKEN.split("\\.", -1)) {
      assertThat(clean).doesNotContain(part);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer 2YotnFZFEjr1zCsicMWpAA",
        "Bearer abc",
        "BEARER mF_9.B5f-4.1JqM==",
        "DPoP Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU",
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
      })
  void of_credentials_areTakenOut(String text) {
    String secret = text.substring(text.indexOf(' ') + 1);

    assertThat(Redaction.of("header was " + text + ".")).doesNotContain(secret);
  }

  @Test
  void of_aTokenCutShort_isTakenOutAllTheSame() {
    String cut = Exchanges.TOKEN.substring(0, 20);

    assertThat(Redaction.of("begins with " + cut)).isEqualTo("begins with " + Redaction.MARK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "listening on 127.0.0.1:7001",
        "every request needs a valid Bearer token",
        "Bearer realm=\"bearward\", error=\"invalid_token\"",
        "issuer https://tenant.eu.auth0.com/ has 2 keys",
      })
  void of_plainText_staysAsItIs(String text) {
    assertThat(Redaction.of(text)).isEqualTo(text);
  }

  @Test
  void of_aMillionCharactersOfAlmostTokens_takesLinearTime() {
    String text = "eyJ.Bearer ".repeat(100_000);

    assertThat(Redaction.of(text)).doesNotContain("eyJ");
  }
}
