package dev.bearward.access;

import static dev.bearward.access.GateSetup.denial;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.binding.TestPossession;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.policy.Requirement;
import dev.bearward.policy.StepUp;
import dev.bearward.route.TestRoutes;
import dev.bearward.testing.SteppedTime;
import dev.bearward.testing.TestIssuer;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.CachedTokenVerifier;
import dev.bearward.token.CryptoInUse;
import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.JwtVerifier;
import dev.bearward.token.TokenCacheSettings;
import dev.bearward.token.TokenListener;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StepUpAccessTest {
  @Test
  @DisplayName("rules 58, 80, 173: a cached token ages: its authentication is judged every time")
  void decide_cachedTokenThatAges_needsStepUp() {
    var time = new SteppedTime();
    var issuer = new TestIssuer("test", "https://issuer.example/", time, JwsAlgorithm.ES256);
    var verifier =
        new CachedTokenVerifier(
            new JwtVerifier(
                List.of(issuer.settings()),
                issuer.keySource(),
                new CryptoInUse(),
                StepUp.CLAIMS,
                time),
            new TokenCacheSettings(1 << 20),
            TokenListener.NONE,
            time,
            System::nanoTime);
    var demand = new StepUp(List.of(), Duration.ofMinutes(15));
    var requirement =
        new Requirement.Token(Set.of(), Set.of(), List.of(), List.of(), List.of(), demand);
    var gate =
        new RouteAccess(
            List.of(
                new RoutePlan(
                    TestRoutes.path("/pay").requires(requirement).route(), List.of(), null)),
            new BearerCredentials(16_384, verifier::holds),
            verifier,
            FailureBudgets.UNLIMITED,
            TestPossession.none(),
            "bearward",
            null,
            new Waiting(List.of(), 10),
            time);
    String token =
        issuer.token().claim("auth_time", time.instant().getEpochSecond() - 60.25).sign();
    RequestHead head = GateSetup.with(token, "/pay");

    assertThat(gate.decide(head)).isInstanceOf(Permit.class);
    time.advance(Duration.ofMinutes(14).plusSeconds(29));
    assertThat(gate.decide(head)).isInstanceOf(Permit.class);
    assertThat(verifier.entries()).isEqualTo(1);
    time.advance(Duration.ofSeconds(1));
    assertThat(denial(gate.decide(head)).reason()).isEqualTo(Reason.STEP_UP_REQUIRED);
    assertThat(denial(gate.decide(head)).challenge()).endsWith(", max_age=\"900\"");
    assertThat(verifier.entries()).isEqualTo(1);
  }
}
