package dev.bearward.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.binding.TestPossession;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.limit.AddressFailures;
import dev.bearward.limit.FailureBudget;
import dev.bearward.limit.KeyedHash;
import dev.bearward.route.TestRoutes;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.TokenVerifier;
import dev.bearward.token.TokenVerifier.Later;
import dev.bearward.token.TokenVerifier.Rejected;
import dev.bearward.token.TokenVerifier.Unavailable;
import dev.bearward.token.VerifiedTokens;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BudgetedVerifierTest {
  private static final RequestHead BAD = GateSetup.with("bad", "/a");
  private static final RequestHead GOOD = GateSetup.with("good", "/a");

  private final AddressFailures failures =
      new AddressFailures(3, Duration.ofSeconds(60), () -> 0, new KeyedHash(1, 2));

  private GateSetup setup() {
    return new GateSetup()
        .failures(failures)
        .route(TestRoutes.path("/a").scopes("read"))
        .token("good", VerifiedTokens.alice().scopes("read"))
        .token("weak", VerifiedTokens.alice());
  }

  private static void refuse(AccessGate gate, Reason reason, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(GateSetup.denial(gate.decide(BAD)).reason()).isEqualTo(reason);
    }
  }

  @Test
  @DisplayName("junk budget: over it a token is refused unseen, with 429 and when to come again")
  void decide_overBudget_isRateLimited() {
    AccessGate gate = setup().gate();
    refuse(gate, Reason.BAD_SIGNATURE, 3);
    Denial denial = GateSetup.denial(gate.decide(BAD));
    assertThat(denial.reason()).isEqualTo(Reason.RATE_LIMITED);
    assertThat(denial.reason().status()).isEqualTo(429);
    assertThat(denial.retryAfter()).isEqualTo(Duration.ofSeconds(20));
    assertThat(denial.challenge()).isNull();
    assertThat(GateSetup.denial(gate.decide(GOOD)).reason()).isEqualTo(Reason.RATE_LIMITED);
  }

  @Test
  @DisplayName("junk budget: only tokens that were refused count, not what could not be verified")
  void decide_otherOutcomes_doNotCount() {
    var unavailable = new Unavailable(Reason.KEYS_UNAVAILABLE, Duration.ofSeconds(1));
    AccessGate gate = setup().token("later", unavailable).gate();
    for (int i = 0; i < 10; i++) {
      GateSetup.permit(gate.decide(GOOD));
      GateSetup.denial(gate.decide(GateSetup.with("later", "/a")));
      GateSetup.denial(gate.decide(GateSetup.with("weak", "/a")));
      GateSetup.denial(gate.decide(GateSetup.with("not one", "/a")));
      GateSetup.denial(gate.decide(GateSetup.get("/a")));
    }
    refuse(gate, Reason.BAD_SIGNATURE, 3);
    refuse(gate, Reason.RATE_LIMITED, 1);
  }

  @Test
  @DisplayName("junk budget: a refusal after a wait counts when it comes")
  void decide_refusedLater_counts() {
    var stage = new CompletableFuture<TokenVerifier.Verification>();
    AccessGate gate = setup().token("slow", new Later("test", stage)).gate();
    refuse(gate, Reason.BAD_SIGNATURE, 2);
    GateSetup.pending(gate.decide(GateSetup.with("slow", "/a")));
    assertThat(failures.delay(GOOD.peer().address())).isNull();
    stage.complete(new Rejected(Reason.UNKNOWN_KEY));
    refuse(gate, Reason.RATE_LIMITED, 1);
  }

  @Test
  @DisplayName("junk budget: a token that is known already passes without a look at the budget")
  void decide_knownToken_neverAsksTheBudget() {
    var asked = new AtomicInteger();
    FailureBudget budget =
        new FailureBudget() {
          @Override
          public Duration delay(InetAddress address) {
            asked.incrementAndGet();
            return Duration.ofSeconds(1);
          }

          @Override
          public void failed(InetAddress address) {
            asked.incrementAndGet();
          }
        };
    var route = TestRoutes.path("/a").scopes("read").route();
    var gate =
        new RouteAccess(
            List.of(new RoutePlan(route, List.of(), null)),
            new BearerCredentials(64),
            new OneKnown(),
            new FailureBudgets(budget, FailureBudget.UNLIMITED),
            TestPossession.none(),
            "bearward",
            null,
            new Waiting(List.of(), 1),
            InstantSource.system());
    GateSetup.permit(gate.decide(GOOD));
    assertThat(asked).hasValue(0);
    assertThat(GateSetup.denial(gate.decide(BAD)).reason()).isEqualTo(Reason.RATE_LIMITED);
    assertThat(asked).hasValue(1);
  }

  /** Remembers the token {@code good} and refuses to verify any. */
  private static final class OneKnown implements TokenVerifier {
    @Override
    public @Nullable Verification recall(BearerCredentials.Token token) {
      return token.value().equals("good") ? VerifiedTokens.alice().scopes("read").build() : null;
    }

    @Override
    public Verification verify(String token) {
      throw new AssertionError("verified");
    }
  }
}
