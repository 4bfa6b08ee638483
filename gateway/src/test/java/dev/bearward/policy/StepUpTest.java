package dev.bearward.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.http.Reason;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.ClaimValue;
import dev.bearward.token.VerifiedTokens;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StepUpTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final ClaimPath AUTH_TIME = ClaimPath.of("auth_time");
  private static final StepUp MFA = new StepUp(List.of("urn:mfa", "phr"), null);
  private static final StepUp RECENT = new StepUp(List.of(), Duration.ofMinutes(15));

  private static @Nullable String missing(StepUp demand, VerifiedTokens token) {
    Requirement requirement =
        new Requirement.Token(Set.of(), Set.of(), List.of(), List.of(), List.of(), demand);
    return switch (requirement.judge(token.build(), CLOCK)) {
      case Verdict.Met _ -> null;
      case Verdict.Unmet(Reason reason, String missing) -> {
        assertThat(reason).isEqualTo(Reason.STEP_UP_REQUIRED);
        yield missing;
      }
    };
  }

  private static VerifiedTokens authenticated(String secondsAgo) {
    BigDecimal time = BigDecimal.valueOf(NOW.getEpochSecond()).subtract(new BigDecimal(secondsAgo));
    return VerifiedTokens.alice().claim(AUTH_TIME, new ClaimValue.Numeric(time));
  }

  @Test
  @DisplayName("rule 80: acr is one of those listed, exactly")
  void judge_acr_isMatchedExactly() {
    assertThat(missing(MFA, VerifiedTokens.alice().claim("acr", "urn:mfa"))).isNull();
    assertThat(missing(MFA, VerifiedTokens.alice().claim("acr", "phr"))).isNull();
    for (String other : List.of("urn:pwd", "URN:MFA", "urn:mf", "urn:mfa phr", "")) {
      assertThat(missing(MFA, VerifiedTokens.alice().claim("acr", other)))
          .as(other)
          .isEqualTo("acr.anyOf");
    }
  }

  @Test
  @DisplayName("rule 81: without acr or auth_time the authentication counts as short")
  void judge_missingClaims_areShort() {
    assertThat(missing(MFA, VerifiedTokens.alice())).isEqualTo("acr.anyOf");
    assertThat(missing(RECENT, VerifiedTokens.alice())).isEqualTo("acr.maxAge");
  }

  static Stream<ClaimValue> notStrings() {
    return Stream.of(
        new ClaimValue.Numeric(BigDecimal.ONE),
        new ClaimValue.Null(),
        new ClaimValue.Array(List.of(new ClaimValue.Text("urn:mfa"))));
  }

  @ParameterizedTest
  @MethodSource("notStrings")
  @DisplayName("rule 81: an acr that is no string counts as short")
  void judge_acrOfOtherType_isShort(ClaimValue acr) {
    assertThat(missing(MFA, VerifiedTokens.alice().claim(ClaimPath.of("acr"), acr)))
        .isEqualTo("acr.anyOf");
  }

  static Stream<ClaimValue> notTimes() {
    return Stream.of(
        new ClaimValue.Text("1767225600"),
        new ClaimValue.Bool(true),
        new ClaimValue.Null(),
        new ClaimValue.Array(List.of(new ClaimValue.Numeric(new BigDecimal("1767225600")))),
        new ClaimValue.Numeric(new BigDecimal("1e30")),
        new ClaimValue.Numeric(new BigDecimal("-1e30")),
        new ClaimValue.Numeric(new BigDecimal("9223372036854775808")),
        new ClaimValue.Numeric(new BigDecimal("1e999999999")),
        new ClaimValue.Numeric(BigDecimal.ZERO),
        new ClaimValue.Numeric(new BigDecimal("1767225600000")));
  }

  @ParameterizedTest
  @MethodSource("notTimes")
  @DisplayName("rules 46, 81: an auth_time that is no plausible number of seconds counts as short")
  void judge_strangeAuthTime_isShort(ClaimValue time) {
    assertThat(missing(RECENT, VerifiedTokens.alice().claim(AUTH_TIME, time)))
        .isEqualTo("acr.maxAge");
  }

  @ParameterizedTest
  @CsvSource({
    "0, true",
    "899.999, true",
    "900, true",
    "900.001, false",
    "930, false",
    "-0.001, false"
  })
  @DisplayName("rule 80: the authentication's age to the millisecond, on both sides of the limit")
  void judge_age_isExact(String secondsAgo, boolean recent) {
    assertThat(missing(RECENT, authenticated(secondsAgo)) == null).isEqualTo(recent);
  }

  @ParameterizedTest
  @CsvSource({"930, true", "930.001, false", "-30, true", "-30.001, false"})
  @DisplayName("rule 80: the issuer's clock skew is leeway both ways")
  void judge_ageWithSkew_hasLeeway(String secondsAgo, boolean recent) {
    var token = authenticated(secondsAgo).clockSkew(Duration.ofSeconds(30));
    assertThat(missing(RECENT, token) == null).isEqualTo(recent);
  }

  @Test
  @DisplayName("rule 82: what re-authentication cannot cure is named before step-up")
  void judge_scopeAndAuthenticationShort_namesTheScope() {
    Requirement both =
        new Requirement.Token(Set.of(), Set.of(), List.of("pay"), List.of(), List.of(), MFA);
    assertThat(both.judge(VerifiedTokens.alice().build(), CLOCK))
        .isEqualTo(new Verdict.Unmet(Reason.INSUFFICIENT_SCOPE, "scopes"));
    assertThat(both.judge(VerifiedTokens.alice().scopes("pay").build(), CLOCK))
        .isEqualTo(new Verdict.Unmet(Reason.STEP_UP_REQUIRED, "acr.anyOf"));
  }

  @Test
  void stepUp_thatDemandsNothing_isRefused() {
    assertThatThrownBy(() -> new StepUp(List.of(), null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StepUp(List.of(), Duration.ofMillis(1500)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
