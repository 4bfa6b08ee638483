package dev.bearward.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.binding.Schemes;
import dev.bearward.http.Reason;
import dev.bearward.policy.Requirement;
import dev.bearward.policy.StepUp;
import dev.bearward.route.TestRoutes;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChallengesTest {
  private static final Requirement SCOPED =
      new Requirement.Token(
          Set.of(), Set.of(), List.of("read:a", "write:a"), List.of("x", "read:a"), List.of());

  private static final Challenges CHALLENGES =
      new Challenges("bearward", null, SCOPED, Schemes.BEARER);

  /** RFC 9110 section 11.6.1 with quoted values, as RFC 6750 section 3 demands. */
  private static final Pattern GRAMMAR =
      Pattern.compile("Bearer [a-z_]+=\"[ !#-\\[\\]-~]*\"(, [a-z_]+=\"[ !#-\\[\\]-~]*\")*");

  @Test
  @DisplayName("rule 5: without a token there is a realm and no error")
  void of_noToken_namesTheRealmOnly() {
    assertThat(CHALLENGES.of(Reason.NO_TOKEN, false)).isEqualTo("Bearer realm=\"bearward\"");
  }

  @Test
  @DisplayName("rule 7: a bad token is invalid_token")
  void of_expired_isInvalidToken() {
    assertThat(CHALLENGES.of(Reason.EXPIRED, false))
        .isEqualTo(
            "Bearer realm=\"bearward\", error=\"invalid_token\","
                + " error_description=\"the access token expired\"");
  }

  @Test
  @DisplayName("rule 8: insufficient_scope names all that is needed, of anyScope all listed")
  void of_insufficientScope_namesTheScopesNeeded() {
    assertThat(CHALLENGES.of(Reason.INSUFFICIENT_SCOPE, false))
        .isEqualTo(
            "Bearer realm=\"bearward\", error=\"insufficient_scope\","
                + " error_description=\"the access token lacks a required scope\","
                + " scope=\"read:a write:a x\"");
  }

  private static String stepUp(@Nullable Duration maxAge, String... acr) {
    var demand = new StepUp(List.of(acr), maxAge);
    var requirement =
        new Requirement.Token(Set.of(), Set.of(), List.of("a"), List.of(), List.of(), demand);
    return String.valueOf(
        new Challenges("r", null, requirement, Schemes.BEARER).of(Reason.STEP_UP_REQUIRED, false));
  }

  @Test
  @DisplayName("rules 80, 82: step-up names all that is demanded of the authentication, no scope")
  void of_stepUp_namesTheAuthentication() {
    String error =
        "Bearer realm=\"r\", error=\"insufficient_user_authentication\","
            + " error_description=\"a stronger or more recent authentication is required\"";
    assertThat(stepUp(null, "urn:mfa", "phr")).isEqualTo(error + ", acr_values=\"urn:mfa phr\"");
    assertThat(stepUp(Duration.ofMinutes(15))).isEqualTo(error + ", max_age=\"900\"");
    assertThat(stepUp(Duration.ofSeconds(1), "x"))
        .isEqualTo(error + ", acr_values=\"x\", max_age=\"1\"");
  }

  @Test
  @DisplayName("contract: claim_mismatch has a challenge without an error")
  void of_claimMismatch_namesTheRealmOnly() {
    assertThat(CHALLENGES.of(Reason.CLAIM_MISMATCH, false)).isEqualTo("Bearer realm=\"bearward\"");
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  @DisplayName("rules 6, 9, 10: each parameter once, quoted, and only where a token is at fault")
  void of_everyReason_isWellFormed(Reason reason) {
    String challenge = CHALLENGES.of(reason, false);
    boolean tokenAtFault =
        reason.oauthError() != null || reason == Reason.NO_TOKEN || reason == Reason.CLAIM_MISMATCH;
    assertThat(challenge != null).isEqualTo(tokenAtFault);
    if (challenge == null) {
      return;
    }
    assertThat(challenge).matches(GRAMMAR);
    for (String name : List.of("realm", "error", "error_description", "scope")) {
      assertThat(challenge.split("[ ,]" + name + "=", -1)).as(name).hasSizeLessThanOrEqualTo(2);
    }
    assertThat(reason.detail()).matches("[ !#-\\[\\]-~]+");
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  @DisplayName("rule 6: every 401 carries a challenge, no 5xx does")
  void of_everyReason_followsTheStatus(Reason reason) {
    if (reason.status() == 401) {
      assertThat(CHALLENGES.of(reason, false)).isNotNull();
    }
    if (reason.status() >= 500) {
      assertThat(CHALLENGES.of(reason, false)).isNull();
    }
  }

  @Test
  @DisplayName("rule 9: quotes and backslashes of the realm are escaped")
  void of_strangeRealm_isQuoted() {
    assertThat(
            new Challenges("a \"b\" \\c", null, TestRoutes.ANY_TOKEN, Schemes.BEARER)
                .of(Reason.NO_TOKEN, false))
        .isEqualTo("Bearer realm=\"a \\\"b\\\" \\\\c\"");
  }
}
