package dev.bearward.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.binding.ProofOfPossession;
import dev.bearward.binding.TestPossession;
import dev.bearward.cors.AllowedOrigins;
import dev.bearward.cors.CorsPolicy;
import dev.bearward.http.Header;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.http.TestHeads;
import dev.bearward.limit.FailureBudget;
import dev.bearward.limit.RateLimiter;
import dev.bearward.route.TestRoutes;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.TokenSources;
import dev.bearward.token.TokenVerifier;
import dev.bearward.token.VerifiedTokens;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A gate over routes and tokens that a test names. */
final class GateSetup {
  static final String SPA = "https://spa.example.com";

  private final List<RoutePlan> plans = new ArrayList<>();
  private final Map<String, TokenVerifier.Verification> tokens = new HashMap<>();
  private final Set<String> known = new HashSet<>();
  private int maxPending = 10;
  private List<String> issuers = List.of("test");
  private ProofOfPossession possession = TestPossession.none();
  private InstantSource clock = InstantSource.system();
  private @Nullable RateLimiter rates;
  private FailureBudgets failures = FailureBudgets.UNLIMITED;

  GateSetup route(TestRoutes route, IdentityHeader... identity) {
    plans.add(new RoutePlan(route.route(), List.of(identity), null));
    return this;
  }

  GateSetup route(TestRoutes route, CorsPolicy cors) {
    plans.add(new RoutePlan(route.route(), List.of(), cors));
    return this;
  }

  GateSetup route(TestRoutes route, RatePolicy rate) {
    plans.add(
        new RoutePlan(
            route.route(),
            List.of(),
            null,
            TokenSources.HEADER,
            AllowedOrigins.NONE,
            false,
            RouteChanges.NONE,
            new RouteLimits(rate, null, true)));
    return this;
  }

  GateSetup rates(RateLimiter value) {
    rates = value;
    return this;
  }

  GateSetup token(String token, TokenVerifier.Verification verification) {
    tokens.put(token, verification);
    return this;
  }

  /** Tokens that are remembered from an earlier request. */
  GateSetup known(String... values) {
    known.addAll(List.of(values));
    return this;
  }

  GateSetup token(String token, VerifiedTokens verified) {
    return token(token, verified.build());
  }

  GateSetup possession(ProofOfPossession value) {
    possession = value;
    return this;
  }

  GateSetup maxPending(int value) {
    maxPending = value;
    return this;
  }

  /** Whose tokens may have to wait; the usual tokens are of the first. */
  GateSetup issuers(String... names) {
    issuers = List.of(names);
    return this;
  }

  GateSetup clock(InstantSource value) {
    clock = value;
    return this;
  }

  GateSetup failures(FailureBudget tokens) {
    return failures(tokens, FailureBudget.UNLIMITED);
  }

  GateSetup failures(FailureBudget tokens, FailureBudget proofs) {
    failures = new FailureBudgets(tokens, proofs);
    return this;
  }

  RouteAccess gate() {
    TokenVerifier verifier =
        new TokenVerifier() {
          @Override
          public Verification verify(String token) {
            return tokens.getOrDefault(token, new Rejected(Reason.BAD_SIGNATURE));
          }

          @Override
          public @Nullable Verification recall(BearerCredentials.Token token) {
            return known.contains(token.value()) ? verify(token.value()) : null;
          }
        };
    var credentials = new BearerCredentials(64, _ -> false, true);
    var waiting = new Waiting(issuers, maxPending);
    return new RouteAccess(
        plans,
        credentials,
        verifier,
        failures,
        possession,
        "bearward",
        null,
        waiting,
        RouteCounts.of(rates),
        clock);
  }

  static CorsPolicy.Answered cors(String... origins) {
    return new CorsPolicy.Answered(
        List.of(origins),
        List.of(),
        List.of("Authorization"),
        List.of("WWW-Authenticate"),
        false,
        Duration.ofMinutes(10));
  }

  static RequestHead get(String path, String... fields) {
    return TestHeads.head("GET", "h", path, fields);
  }

  static RequestHead with(String token, String path, String... fields) {
    return get(
        path,
        Stream.concat(Stream.of("Authorization", "Bearer " + token), Stream.of(fields))
            .toArray(String[]::new));
  }

  static RequestHead preflight(String method, String path, String origin) {
    return TestHeads.head(
        "OPTIONS", "h", path, "Origin", origin, "Access-Control-Request-Method", method);
  }

  static Permit permit(AccessDecision decision) {
    assertThat(decision).isInstanceOf(Permit.class);
    return (Permit) decision;
  }

  static Denial denial(AccessDecision decision) {
    assertThat(decision).isInstanceOf(Denial.class);
    return (Denial) decision;
  }

  static AccessDecision.Answer answer(AccessDecision decision) {
    assertThat(decision).isInstanceOf(AccessDecision.Answer.class);
    return (AccessDecision.Answer) decision;
  }

  static AccessDecision.Pending pending(AccessDecision decision) {
    assertThat(decision).isInstanceOf(AccessDecision.Pending.class);
    return (AccessDecision.Pending) decision;
  }

  static @Nullable String value(List<Header> headers, String name) {
    List<String> values =
        headers.stream().filter(h -> h.name().equals(name)).map(Header::value).toList();
    assertThat(values).hasSizeLessThanOrEqualTo(1);
    return values.isEmpty() ? null : values.getFirst();
  }
}
