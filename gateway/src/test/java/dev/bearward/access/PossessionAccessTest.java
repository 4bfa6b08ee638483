package dev.bearward.access;

import static dev.bearward.access.GateSetup.denial;
import static dev.bearward.access.GateSetup.permit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.binding.ReplayGuard;
import dev.bearward.binding.TestPossession;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.route.TestRoutes;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.testing.TestProof;
import dev.bearward.token.BindingSettings;
import dev.bearward.token.BindingSettings.Demand;
import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.TestSettings;
import dev.bearward.token.VerifiedTokens;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PossessionAccessTest {
  private static final TestKey KEY = TestKey.generate(JwsAlgorithm.ES256, "k");
  private static final InstantSource CLOCK = InstantSource.system();

  private static RouteAccess gate(ReplayGuard used) {
    var binding =
        new BindingSettings(Demand.OPTIONAL, Demand.DISABLED, Duration.ofSeconds(60), false);
    var settings = TestSettings.bound(TestIssuer.simple().settings(), binding);
    return new GateSetup()
        .route(TestRoutes.path("/x"))
        .possession(TestPossession.of(used, CLOCK, settings))
        .token("t", VerifiedTokens.alice().boundTo(TestProof.thumbprint(KEY), null))
        .maxPending(1)
        .gate();
  }

  private static RequestHead proving() {
    String uri = TestPossession.URL + "/x";
    String proof = TestProof.of(KEY, "GET", uri, "t", CLOCK.instant()).sign();
    return GateSetup.get("/x", "Authorization", "DPoP t", "DPoP", proof);
  }

  @Test
  @DisplayName("rule 75: what cannot be remembered is 503 with Retry-After, and no challenge")
  void decide_fullMemory_isUnavailable() {
    Duration later = Duration.ofSeconds(7);
    Denial denial = denial(gate((_, _) -> new ReplayGuard.Unavailable(later)).decide(proving()));
    assertThat(denial.reason()).isEqualTo(Reason.STATE_UNAVAILABLE);
    assertThat(denial.retryAfter()).isEqualTo(later);
    assertThat(denial.challenge()).isNull();
    assertThat(denial.identity()).isNull();
  }

  @Test
  @DisplayName("rule 75: an answer that comes later decides later, within the limit of the waiting")
  void decide_laterAnswer_waits() {
    var answer = new CompletableFuture<ReplayGuard.Use>();
    RouteAccess gate = gate((_, _) -> new ReplayGuard.Later(answer));
    var pending = (AccessDecision.Pending) gate.decide(proving());
    assertThat(gate.pending()).isEqualTo(1);
    assertThat(denial(gate.decide(proving())).reason()).isEqualTo(Reason.OVERLOADED);
    answer.complete(new ReplayGuard.First());
    permit(pending.decision().toCompletableFuture().join());
    assertThat(gate.pending()).isZero();
    var again = gate((_, _) -> new ReplayGuard.Later(CompletableFuture.completedStage(AGAIN)));
    var refused = (AccessDecision.Pending) again.decide(proving());
    assertThat(denial(refused.decision().toCompletableFuture().join()).reason())
        .isEqualTo(Reason.PROOF_INVALID);
  }

  private static final ReplayGuard.Use AGAIN = new ReplayGuard.Again();

  @Test
  @DisplayName("rule 69: the refusal of an unproven token names nobody")
  void decide_unproven_hasNoIdentity() {
    Denial denial =
        denial(gate((_, _) -> AGAIN).decide(GateSetup.get("/x", "Authorization", "Bearer t")));
    assertThat(denial.reason()).isEqualTo(Reason.PROOF_MISSING);
    assertThat(denial.identity()).isNull();
  }
}
