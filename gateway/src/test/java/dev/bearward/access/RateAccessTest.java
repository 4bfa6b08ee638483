package dev.bearward.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.http.Header;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.limit.RateLimit;
import dev.bearward.limit.RateLimiter;
import dev.bearward.limit.Spending;
import dev.bearward.route.TestRoutes;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.ClaimValue;
import dev.bearward.token.VerifiedTokens;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rate of a route, at its place in the decision. */
class RateAccessTest {
  private static final RateLimit LIMIT = new RateLimit(10, Duration.ofSeconds(2), 20);
  private static final Spending ALLOWED = new Spending.Allowed(7, Duration.ofMillis(1_500));
  private static final Spending EXHAUSTED = new Spending.Exhausted(Duration.ofMillis(2_100));

  private final Deque<Spending> answers = new ArrayDeque<>();
  private final List<String> asked = new ArrayList<>();
  private final RateLimiter rates =
      (route, limit, client) -> {
        assertThat(limit).isEqualTo(LIMIT);
        asked.add(route + " " + client);
        return answers.remove();
      };

  private RouteAccess gate(RatePolicy.By by) {
    return new GateSetup()
        .token("alice", VerifiedTokens.alice().claim("sub", "alice").claim("team", "blue"))
        .rates(rates)
        .route(TestRoutes.path("/a"), new RatePolicy(LIMIT, by))
        .gate();
  }

  private static RequestHead as(String token) {
    return GateSetup.with(token, "/a");
  }

  @Test
  @DisplayName("contract: by address counts before anything is asked of the token")
  void address_isCountedBeforeTheToken() {
    RouteAccess gate = gate(new RatePolicy.Address());
    answers.add(EXHAUSTED);
    answers.add(ALLOWED);
    assertThat(gate.decide(as("forged")))
        .isInstanceOfSatisfying(
            Denial.class,
            denial -> {
              assertThat(denial.reason()).isEqualTo(Reason.RATE_LIMITED);
              assertThat(denial.retryAfter()).isEqualTo(Duration.ofMillis(2_100));
              assertThat(denial.challenge()).isNull();
              assertThat(denial.headers())
                  .containsExactly(
                      new Header("RateLimit-Policy", "\"requests\";q=10;w=2"),
                      new Header("RateLimit", "\"requests\";r=0;t=3"));
            });
    assertThat(((Denial) gate.decide(as("forged"))).reason()).isEqualTo(Reason.BAD_SIGNATURE);
    assertThat(asked).hasSize(2);
  }

  @Test
  @DisplayName("contract: by subject counts last, and only who was let through")
  void subject_isCountedBehindThePolicy() {
    RouteAccess gate = gate(new RatePolicy.Subject());
    assertThat(((Denial) gate.decide(as("forged"))).reason()).isEqualTo(Reason.BAD_SIGNATURE);
    assertThat(asked).isEmpty();
    answers.add(ALLOWED);
    assertThat(gate.decide(as("alice")))
        .isInstanceOfSatisfying(
            Permit.class,
            permit -> {
              assertThat(permit.responseHeaders())
                  .contains(new Header("RateLimit", "\"requests\";r=7;t=2"));
              assertThat(permit.refuse(Reason.UPSTREAM_RESET).headers())
                  .contains(new Header("RateLimit", "\"requests\";r=7;t=2"));
            });
    answers.add(EXHAUSTED);
    assertThat(((Denial) gate.decide(as("alice"))).reason()).isEqualTo(Reason.RATE_LIMITED);
    assertThat(asked).hasSize(2).allMatch(client -> client.endsWith("\nalice"));
  }

  @Test
  @DisplayName("contract: a token that does not say who it counts for is refused")
  void claim_missingOrNoScalar_isRefused() {
    RouteAccess gate =
        new GateSetup()
            .token("none", VerifiedTokens.alice())
            .token(
                "list",
                VerifiedTokens.alice().claim(ClaimPath.of("team"), new ClaimValue.Array(List.of())))
            .token("empty", VerifiedTokens.alice().claim("team", ""))
            .rates(rates)
            .route(
                TestRoutes.path("/a"),
                new RatePolicy(LIMIT, new RatePolicy.Claim(ClaimPath.of("team"))))
            .gate();
    for (String token : List.of("none", "list", "empty")) {
      assertThat(((Denial) gate.decide(as(token))).reason()).isEqualTo(Reason.CLAIM_MISMATCH);
    }
    assertThat(asked).isEmpty();
  }

  @Test
  @DisplayName("contract: values of claims count apart by type; long ones have a bounded name")
  void claim_values_areToldApart() {
    var setup = new GateSetup().rates(rates);
    List<ClaimValue> values =
        List.of(
            new ClaimValue.Text("1"),
            new ClaimValue.Numeric(BigDecimal.ONE),
            new ClaimValue.Numeric(new BigDecimal("1.0")),
            new ClaimValue.Text("true"),
            new ClaimValue.Bool(true),
            new ClaimValue.Text("x".repeat(5_000)));
    for (int i = 0; i < values.size(); i++) {
      setup.token("t" + i, VerifiedTokens.alice().claim(ClaimPath.of("team"), values.get(i)));
      answers.add(ALLOWED);
    }
    RouteAccess gate =
        setup
            .route(
                TestRoutes.path("/a"),
                new RatePolicy(LIMIT, new RatePolicy.Claim(ClaimPath.of("team"))))
            .gate();
    for (int i = 0; i < values.size(); i++) {
      assertThat(gate.decide(as("t" + i))).isInstanceOf(Permit.class);
    }
    assertThat(asked).hasSize(6);
    assertThat(asked.stream().distinct()).hasSize(5);
    assertThat(asked).allMatch(client -> client.length() < 200);
  }

  @Test
  @DisplayName("contract: a shared count answers later, and holds as long as it is not known")
  void later_isWaitedFor() {
    RouteAccess gate = gate(new RatePolicy.Subject());
    var allowed = new CompletableFuture<Spending>();
    var exhausted = new CompletableFuture<Spending>();
    answers.add(new Spending.Later(allowed));
    answers.add(new Spending.Later(exhausted));
    var first = (AccessDecision.Pending) gate.decide(as("alice"));
    var second = (AccessDecision.Pending) gate.decide(as("alice"));
    assertThat(gate.pending()).isEqualTo(2);
    allowed.complete(ALLOWED);
    exhausted.complete(EXHAUSTED);
    assertThat(gate.pending()).isZero();
    assertThat(first.decision().toCompletableFuture().join()).isInstanceOf(Permit.class);
    assertThat(second.decision().toCompletableFuture().join())
        .isInstanceOfSatisfying(
            Denial.class, denial -> assertThat(denial.reason()).isEqualTo(Reason.RATE_LIMITED));
  }

  @Test
  @DisplayName(
      "contract: waiting for a shared count is bounded, and a client that leaves makes room")
  void later_beyondThePlaces_isOverloaded() {
    RouteAccess gate = gate(new RatePolicy.Address());
    var waiting = new ArrayList<AccessDecision.Pending>();
    for (int i = 0; i < 10; i++) {
      answers.add(new Spending.Later(new CompletableFuture<>()));
      waiting.add((AccessDecision.Pending) gate.decide(as("alice")));
    }
    answers.add(new Spending.Later(new CompletableFuture<>()));
    assertThat(((Denial) gate.decide(as("alice"))).reason()).isEqualTo(Reason.OVERLOADED);
    waiting.getFirst().cancel();
    assertThat(gate.pending()).isEqualTo(9);
    answers.add(ALLOWED);
    assertThat(gate.decide(as("alice"))).isInstanceOf(Permit.class);
  }

  @Test
  @DisplayName("contract: a route with a rate that nobody counts is no route")
  void gate_withoutCounter_isRefused() {
    assertThatThrownBy(() ->
            new GateSetup()
                .route(TestRoutes.path("/a"), new RatePolicy(LIMIT, new RatePolicy.Subject()))
                .gate())
        .hasMessageContaining("rates: none");
  }
}
