package dev.bearward.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.token.ClaimCondition;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.ClaimValue;
import dev.bearward.token.VerifiedTokens;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequirementTest {
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);
  private static final ClaimCondition EDITOR =
      new ClaimCondition.Contains(
          ClaimPath.of("https://foo.com/roles"), new ClaimValue.Text("editor"));

  private static Requirement.Token token(
      Set<String> issuers,
      Set<String> audiences,
      List<String> scopes,
      List<String> anyScope,
      List<ClaimCondition> claims) {
    return new Requirement.Token(issuers, audiences, scopes, anyScope, claims);
  }

  private static Requirement.Token scopes(String... scopes) {
    return token(Set.of(), Set.of(), List.of(scopes), List.of(), List.of());
  }

  private static Requirement.Token anyScope(String... scopes) {
    return token(Set.of(), Set.of(), List.of(), List.of(scopes), List.of());
  }

  private static Reason unmet(Requirement requirement, VerifiedTokens token) {
    return requirement.judge(token.build(), CLOCK) instanceof Verdict.Unmet(Reason reason, var _)
        ? reason
        : Reason.INTERNAL_ERROR;
  }

  private static boolean met(Requirement requirement, VerifiedTokens token) {
    return requirement.judge(token.build(), CLOCK) instanceof Verdict.Met;
  }

  @Test
  void judge_emptyRequirement_anyValidTokenMeets() {
    assertThat(met(scopes(), VerifiedTokens.alice())).isTrue();
    assertThat(met(new Requirement.Open(), VerifiedTokens.alice())).isTrue();
  }

  @Test
  @DisplayName("rules 44, 173: a token of another issuer is refused")
  void judge_otherIssuer_isUnknownIssuer() {
    Requirement requirement =
        token(Set.of("auth0", "keycloak"), Set.of(), List.of(), List.of(), List.of());
    assertThat(unmet(requirement, VerifiedTokens.alice().issuer("okta")))
        .isEqualTo(Reason.UNKNOWN_ISSUER);
    assertThat(met(requirement, VerifiedTokens.alice().issuer("keycloak"))).isTrue();
  }

  @Test
  @DisplayName("rules 20, 49, 179: the route's audiences are matched exactly, any of them will do")
  void judge_otherAudience_isWrongAudience() {
    Requirement requirement =
        token(Set.of(), Set.of("https://api/a", "https://api/b"), List.of(), List.of(), List.of());
    assertThat(met(requirement, VerifiedTokens.alice().audiences("x", "https://api/b"))).isTrue();
    for (String other :
        List.of("https://api/a/", "https://API/a", "https://api", "https://api/aa")) {
      assertThat(unmet(requirement, VerifiedTokens.alice().audiences(other)))
          .isEqualTo(Reason.WRONG_AUDIENCE);
    }
    assertThat(unmet(requirement, VerifiedTokens.alice().audiences()))
        .isEqualTo(Reason.WRONG_AUDIENCE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"read", "read:", "read:appointments2", "Read:appointments", "*", "read:*"})
  @DisplayName("rule 25: scopes are matched exactly, no prefix and no substring")
  void judge_similarScope_isInsufficientScope(String held) {
    assertThat(unmet(scopes("read:appointments"), VerifiedTokens.alice().scopes(held)))
        .isEqualTo(Reason.INSUFFICIENT_SCOPE);
  }

  @Test
  @DisplayName("rule 8: all scopes are needed")
  void judge_oneOfTwoScopes_isInsufficientScope() {
    assertThat(unmet(scopes("a", "b"), VerifiedTokens.alice().scopes("a")))
        .isEqualTo(Reason.INSUFFICIENT_SCOPE);
    assertThat(met(scopes("a", "b"), VerifiedTokens.alice().scopes("b", "c", "a"))).isTrue();
  }

  @Test
  @DisplayName("rule 8: of anyScope one is needed")
  void judge_anyScope_oneIsEnough() {
    assertThat(met(anyScope("a", "b"), VerifiedTokens.alice().scopes("b"))).isTrue();
    assertThat(unmet(anyScope("a", "b"), VerifiedTokens.alice().scopes("c")))
        .isEqualTo(Reason.INSUFFICIENT_SCOPE);
  }

  @Test
  void judge_claimNotMet_isClaimMismatch() {
    Requirement requirement = token(Set.of(), Set.of(), List.of(), List.of(), List.of(EDITOR));
    assertThat(unmet(requirement, VerifiedTokens.alice())).isEqualTo(Reason.CLAIM_MISMATCH);
    var roles = new ClaimValue.Array(List.of(new ClaimValue.Text("editor")));
    assertThat(met(requirement, VerifiedTokens.alice().claim(EDITOR.claim(), roles))).isTrue();
  }

  @Test
  void judge_severalUnmet_firstOfTheContractsOrderNamesTheReason() {
    Requirement all =
        token(Set.of("i"), Set.of("aud"), List.of("s"), List.of("t"), List.of(EDITOR));
    var token = VerifiedTokens.alice();
    assertThat(all.judge(token.build(), CLOCK))
        .isEqualTo(new Verdict.Unmet(Reason.UNKNOWN_ISSUER, "issuers"));
    assertThat(all.judge(token.issuer("i").build(), CLOCK))
        .isEqualTo(new Verdict.Unmet(Reason.WRONG_AUDIENCE, "audiences"));
    assertThat(all.judge(token.audiences("aud").build(), CLOCK))
        .isEqualTo(new Verdict.Unmet(Reason.INSUFFICIENT_SCOPE, "scopes"));
    assertThat(all.judge(token.scopes("s").build(), CLOCK))
        .isEqualTo(new Verdict.Unmet(Reason.INSUFFICIENT_SCOPE, "anyScope"));
    assertThat(all.judge(token.scopes("s", "t").build(), CLOCK))
        .isEqualTo(new Verdict.Unmet(Reason.CLAIM_MISMATCH, "https://foo.com/roles"));
  }

  @Test
  void scopesToAskFor_allAndAny_areListedOnce() {
    Requirement.Token requirement =
        token(Set.of(), Set.of(), List.of("a", "b"), List.of("b", "c"), List.of());
    assertThat(requirement.scopesToAskFor()).containsExactly("a", "b", "c");
  }
}
