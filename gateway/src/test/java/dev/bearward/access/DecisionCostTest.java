package dev.bearward.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.access.IdentityHeader.Form;
import dev.bearward.binding.TestPossession;
import dev.bearward.http.HeaderView;
import dev.bearward.http.RequestHead;
import dev.bearward.http.TestHeads;
import dev.bearward.route.TestRoutes;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.TokenVerifier;
import dev.bearward.token.Verified;
import dev.bearward.token.VerifiedTokens;
import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the gate adds to the cost of a request; token look-up has its own figure in its room. */
class DecisionCostTest {
  private static final int ROUNDS = 20_000;

  private static final TokenVerifier CACHED =
      new TokenVerifier() {
        private final Verified alice =
            VerifiedTokens.alice().scopes("read").claim("sub", "alice").build();

        @Override
        public Verification verify(String token) {
          return alice;
        }

        @Override
        public Verification verify(BearerCredentials.Token token) {
          return alice;
        }
      };

  private static AccessGate gate(IdentityHeader... identity) {
    var plan =
        new RoutePlan(
            TestRoutes.path("/api/{id}").scopes("read").route(),
            List.of(identity),
            GateSetup.cors("https://spa.example.com"));
    var credentials = new BearerCredentials(16_384, _ -> true);
    return new RouteAccess(
        List.of(plan),
        credentials,
        CACHED,
        FailureBudgets.UNLIMITED,
        TestPossession.none(),
        "bearward",
        null,
        new Waiting(List.of(), 1),
        InstantSource.system());
  }

  private static double bytesEach(AccessGate gate) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    RequestHead plain = TestHeads.head("GET", "h", "/api/7");
    RequestHead head =
        new RequestHead(
            plain.method(),
            plain.path(),
            null,
            plain.authority(),
            new OneField("authorization", "Bearer " + "t".repeat(800)),
            plain.peer(),
            plain.requestId());
    long start = 0;
    for (int i = -ROUNDS; i < ROUNDS; i++) {
      if (i == 0) {
        start = threads.getCurrentThreadAllocatedBytes();
      }
      if (!(gate.decide(head) instanceof Permit)) {
        throw new AssertionError("refused");
      }
    }
    return (threads.getCurrentThreadAllocatedBytes() - start) / (double) ROUNDS;
  }

  @Test
  @DisplayName("performance: a decision on a cached token allocates at most 200 bytes")
  void decide_cachedToken_allocatesLittle() {
    assertThat(bytesEach(gate())).isLessThanOrEqualTo(120);
    assertThat(bytesEach(gate(new IdentityHeader("X-User", ClaimPath.of("sub"), Form.CSV))))
        .isLessThanOrEqualTo(200);
  }

  private record OneField(String name, String value) implements HeaderView {
    @Override
    public @Nullable String first(String wanted) {
      return wanted.equalsIgnoreCase(name) ? value : null;
    }

    @Override
    public int count(String wanted) {
      return wanted.equalsIgnoreCase(name) ? 1 : 0;
    }

    @Override
    public List<String> all(String wanted) {
      return wanted.equalsIgnoreCase(name) ? List.of(value) : List.of();
    }

    @Override
    public void forEach(BiConsumer<String, String> visitor) {
      visitor.accept(name, value);
    }
  }
}
