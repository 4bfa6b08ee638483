package dev.bearward.access;

import static dev.bearward.access.GateSetup.denial;
import static dev.bearward.access.GateSetup.get;
import static dev.bearward.access.GateSetup.pending;
import static dev.bearward.access.GateSetup.permit;
import static dev.bearward.access.GateSetup.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.access.IdentityHeader.Form;
import dev.bearward.http.Header;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.http.TestHeads;
import dev.bearward.policy.Requirement;
import dev.bearward.route.TestRoutes;
import dev.bearward.token.ClaimCondition;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.ClaimValue;
import dev.bearward.token.TokenVerifier;
import dev.bearward.token.VerifiedTokens;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteAccessTest {
  private static final IdentityHeader USER =
      new IdentityHeader("X-User", ClaimPath.of("sub"), Form.CSV);
  private static final Requirement DEMANDING =
      new Requirement.Token(
          Set.of("test"),
          Set.of("appointments:api"),
          List.of("read"),
          List.of("a", "b"),
          List.of(
              new ClaimCondition.Equals(
                  ClaimPath.of("email_verified"), new ClaimValue.Bool(true))));

  private static VerifiedTokens alice() {
    return VerifiedTokens.alice().claim("sub", "alice");
  }

  private static VerifiedTokens meeting() {
    return alice()
        .scopes("read", "b")
        .claim(ClaimPath.of("email_verified"), new ClaimValue.Bool(true));
  }

  private static Reason refused(VerifiedTokens token) {
    AccessGate gate =
        new GateSetup().route(TestRoutes.path("/x").requires(DEMANDING)).token("t", token).gate();
    return denial(gate.decide(with("t", "/x"))).reason();
  }

  @Test
  void decide_validToken_permitsWithTheIdentity() {
    var verified = meeting().build();
    AccessGate gate =
        new GateSetup()
            .route(TestRoutes.path("/x/**").requires(DEMANDING).name("r"), USER)
            .token("t", verified)
            .gate();
    RequestHead head = with("t", "/x/7");
    Permit permit = permit(gate.decide(head));
    assertThat(permit.route().name()).isEqualTo("r");
    assertThat(permit.identity()).isSameAs(verified);
    assertThat(permit.ownHeaders()).containsExactly(new Header("X-User", "alice"));
    assertThat(permit.responseHeaders()).isEmpty();
    assertThat(permit.ownsCors()).isFalse();
    assertThat(permit.use()).isSameAs(head);
  }

  @Test
  @DisplayName("style 1: a permit is good for one exchange")
  void use_twice_isABug() {
    Permit permit =
        permit(new GateSetup().route(TestRoutes.path("/").open()).gate().decide(get("/")));
    assertThat(permit.use()).isNotNull();
    assertThatThrownBy(permit::use)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("permit: used twice (expected: once)");
  }

  @Test
  @DisplayName("rules 5, 6: no token is 401 with a challenge and no error")
  void decide_noToken_isRefused() {
    Denial denial = denial(new GateSetup().route(TestRoutes.path("/x")).gate().decide(get("/x")));
    assertThat(denial.reason()).isEqualTo(Reason.NO_TOKEN);
    assertThat(denial.challenge()).isEqualTo("Bearer realm=\"bearward\"");
    assertThat(denial.identity()).isNull();
    assertThat(denial.retryAfter()).isNull();
    assertThat(denial.headers()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Basic dTpw, NO_TOKEN",
    "Negotiate abc, NO_TOKEN",
    "Bearer, MALFORMED_AUTHORIZATION",
    "Bearer a b, MALFORMED_AUTHORIZATION",
    "'Bearer a, Bearer b', MULTIPLE_TOKENS",
    "Bearer unknown, BAD_SIGNATURE",
  })
  @DisplayName("rules 2, 3, 11: what stands in Authorization names the reason")
  void decide_authorization_namesTheReason(String field, Reason reason) {
    AccessGate gate = new GateSetup().route(TestRoutes.path("/x")).token("t", alice()).gate();
    Denial denial = denial(gate.decide(get("/x", "Authorization", field)));
    assertThat(denial.reason()).isEqualTo(reason);
    assertThat(denial.challenge()).startsWith("Bearer realm=\"bearward\"");
  }

  @Test
  @DisplayName("rule 1: the scheme is compared without case")
  void decide_schemeInOtherCase_isTheSame() {
    AccessGate gate = new GateSetup().route(TestRoutes.path("/x")).token("t", alice()).gate();
    permit(gate.decide(get("/x", "Authorization", "bEARER  t")));
  }

  @Test
  @DisplayName("rule 14: a token over the limit is refused")
  void decide_largeToken_isRefused() {
    AccessGate gate = new GateSetup().route(TestRoutes.path("/x")).gate();
    assertThat(denial(gate.decide(with("t".repeat(65), "/x"))).reason())
        .isEqualTo(Reason.TOKEN_TOO_LARGE);
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {
        "TOKEN_MALFORMED",
        "UNKNOWN_ISSUER",
        "ALGORITHM_NOT_ALLOWED",
        "UNKNOWN_KEY",
        "BAD_SIGNATURE",
        "WRONG_TYPE",
        "WRONG_AUDIENCE",
        "EXPIRED",
        "NOT_YET_VALID",
        "TOO_OLD",
        "TOO_LONG_LIVED",
        "MISSING_CLAIM",
        "BINDING_NOT_SUPPORTED",
        "CLAIM_MISMATCH"
      })
  @DisplayName("rule 7: what the verifier rejects is refused for that reason")
  void decide_rejectedToken_isRefused(Reason reason) {
    AccessGate gate =
        new GateSetup()
            .route(TestRoutes.path("/x"))
            .token("t", new TokenVerifier.Rejected(reason))
            .gate();
    Denial denial = denial(gate.decide(with("t", "/x")));
    assertThat(denial.reason()).isEqualTo(reason);
    assertThat(denial.challenge()).isNotNull();
  }

  @Test
  @DisplayName("rules 8, 20, 25, 44: what policy misses names the reason, in the contract's order")
  void decide_unmetDemand_namesTheReason() {
    assertThat(refused(meeting().issuer("other"))).isEqualTo(Reason.UNKNOWN_ISSUER);
    assertThat(refused(meeting().audiences("other"))).isEqualTo(Reason.WRONG_AUDIENCE);
    assertThat(refused(meeting().scopes("b"))).isEqualTo(Reason.INSUFFICIENT_SCOPE);
    assertThat(refused(meeting().scopes("read"))).isEqualTo(Reason.INSUFFICIENT_SCOPE);
    assertThat(refused(alice().scopes("read", "b"))).isEqualTo(Reason.CLAIM_MISMATCH);
  }

  @Test
  @DisplayName("rule 8: 403 tells which scopes are needed and knows who asked")
  void decide_missingScope_namesTheScopes() {
    var verified = alice().scopes("b").build();
    AccessGate gate =
        new GateSetup()
            .route(TestRoutes.path("/x").requires(DEMANDING))
            .token("t", verified)
            .gate();
    Denial denial = denial(gate.decide(with("t", "/x")));
    assertThat(denial.challenge()).endsWith(", scope=\"read a b\"");
    assertThat(denial.identity()).isSameAs(verified);
    assertThat(denial.route()).isNotNull();
  }

  @Test
  @DisplayName("contract: on a public route no token is looked at, good or bad")
  void decide_openRoute_ignoresTheToken() {
    AccessGate gate = new GateSetup().route(TestRoutes.path("/x").open()).gate();
    for (String field : List.of("Bearer bad", "Bearer a, Bearer b", "Bearer", "Basic x", "?")) {
      Permit permit = permit(gate.decide(get("/x", "Authorization", field)));
      assertThat(permit.identity()).isNull();
      assertThat(permit.ownHeaders()).isEmpty();
    }
  }

  @Test
  @DisplayName("rules 124, 175: every permit knows the identity headers of all routes")
  void decide_everyRoute_publishesAllIdentityNames() {
    RouteAccess gate =
        new GateSetup()
            .route(TestRoutes.path("/open").open())
            .route(TestRoutes.path("/x"), USER)
            .gate();
    Permit permit = permit(gate.decide(get("/open", "x_user", "admin")));
    assertThat(permit.ownNames().contains("x_user")).isTrue();
    assertThat(permit.ownNames().contains("X-USER")).isTrue();
    assertThat(permit.ownNames()).isSameAs(gate.identityNames());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nX-Admin: 1", "a\0"})
  @DisplayName("rule 124: a claim that would break the header refuses the request")
  void decide_unwritableClaim_isClaimMismatch(String subject) {
    AccessGate gate =
        new GateSetup()
            .route(TestRoutes.path("/x"), USER)
            .token("t", alice().claim("sub", subject))
            .gate();
    assertThat(denial(gate.decide(with("t", "/x"))).reason()).isEqualTo(Reason.CLAIM_MISMATCH);
  }

  @Test
  @DisplayName("contract: nothing matches, nothing said: 404 without challenge or CORS")
  void decide_noRoute_isRefused() {
    AccessGate gate = new GateSetup().route(TestRoutes.path("/x"), GateSetup.cors("*")).gate();
    Denial denial = denial(gate.decide(with("t", "/y", "Origin", GateSetup.SPA)));
    assertThat(denial.reason()).isEqualTo(Reason.NO_ROUTE);
    assertThat(denial.route()).isNull();
    assertThat(denial.challenge()).isNull();
    assertThat(denial.headers()).isEmpty();
  }

  @Test
  @DisplayName("contract: 405 with Allow from all routes of the path, sorted")
  void decide_otherMethod_isRefusedWithAllow() {
    AccessGate gate =
        new GateSetup()
            .route(TestRoutes.path("/x").methods("PUT", "GET"))
            .route(TestRoutes.path("/{any}").methods("DELETE"))
            .gate();
    Denial denial = denial(gate.decide(TestHeads.head("POST", "h", "/x")));
    assertThat(denial.reason()).isEqualTo(Reason.METHOD_NOT_ALLOWED);
    assertThat(denial.headers()).containsExactly(new Header("Allow", "DELETE, GET, PUT"));
    assertThat(denial.challenge()).isNull();
  }

  @Test
  @DisplayName("rules 171, 176: query and other headers take no part in the decision")
  void decide_queryAndHeaders_changeNothing() {
    AccessGate gate =
        new GateSetup()
            .route(TestRoutes.path("/public").open())
            .route(TestRoutes.path("/secret"))
            .gate();
    RequestHead head =
        get("/secret", "X-Forwarded-Uri", "/public", "X-Original-URL", "/public", "X-User", "a");
    assertThat(denial(gate.decide(head)).reason()).isEqualTo(Reason.NO_TOKEN);
    RequestHead query =
        new RequestHead(
            "GET",
            head.path(),
            "/public?_=123",
            head.authority(),
            head.headers(),
            head.peer(),
            head.requestId());
    assertThat(denial(gate.decide(query)).reason()).isEqualTo(Reason.NO_TOKEN);
  }

  @Test
  @DisplayName("rule 55: keys out of reach are 503 with Retry-After, never 401")
  void decide_unavailable_carriesTheDelay() {
    AccessGate gate =
        new GateSetup()
            .route(TestRoutes.path("/x"))
            .token(
                "t", new TokenVerifier.Unavailable(Reason.KEYS_UNAVAILABLE, Duration.ofSeconds(7)))
            .gate();
    Denial denial = denial(gate.decide(with("t", "/x")));
    assertThat(denial.reason()).isEqualTo(Reason.KEYS_UNAVAILABLE);
    assertThat(denial.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    assertThat(denial.challenge()).isNull();
  }

  @Test
  void decide_laterVerification_resumesWhenItIsThere() {
    var verification = new CompletableFuture<TokenVerifier.Verification>();
    RouteAccess gate =
        new GateSetup()
            .route(TestRoutes.path("/x").scopes("read"))
            .token("t", new TokenVerifier.Later("test", verification))
            .gate();
    AccessDecision.Pending good = pending(gate.decide(with("t", "/x")));
    assertThat(good.decision()).isNotCompleted();
    assertThat(gate.pending()).isEqualTo(1);
    verification.complete(alice().scopes("read").build());
    assertThat(good.decision()).isCompletedWithValueMatching(Permit.class::isInstance);
    assertThat(gate.pending()).isZero();
  }

  @Test
  void decide_laterVerification_isJudgedLikeAnyOther() {
    var bad = new CompletableFuture<TokenVerifier.Verification>();
    var poor = new CompletableFuture<TokenVerifier.Verification>();
    RouteAccess gate =
        new GateSetup()
            .route(TestRoutes.path("/x").scopes("read"))
            .token("bad", new TokenVerifier.Later("test", bad))
            .token("poor", new TokenVerifier.Later("test", poor))
            .gate();
    var badDecision = pending(gate.decide(with("bad", "/x"))).decision();
    var poorDecision = pending(gate.decide(with("poor", "/x"))).decision();
    bad.complete(new TokenVerifier.Rejected(Reason.UNKNOWN_KEY));
    poor.complete(alice().build());
    assertThat(denial(badDecision.toCompletableFuture().join()).reason())
        .isEqualTo(Reason.UNKNOWN_KEY);
    assertThat(denial(poorDecision.toCompletableFuture().join()).reason())
        .isEqualTo(Reason.INSUFFICIENT_SCOPE);
  }

  @Test
  @DisplayName("rule 117: more waiting than allowed is 503 overloaded with Retry-After")
  void decide_tooManyWaiting_isOverloaded() {
    var verification = new CompletableFuture<TokenVerifier.Verification>();
    RouteAccess gate =
        new GateSetup()
            .route(TestRoutes.path("/x"))
            .token("t", new TokenVerifier.Later("test", verification.minimalCompletionStage()))
            .token("known", alice())
            .maxPending(2)
            .gate();
    AccessDecision.Pending first = pending(gate.decide(with("t", "/x")));
    pending(gate.decide(with("t", "/x")));
    Denial denial = denial(gate.decide(with("t", "/x")));
    assertThat(denial.reason()).isEqualTo(Reason.OVERLOADED);
    assertThat(denial.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    assertThat(gate.decide(with("known", "/x"))).isInstanceOf(Permit.class);

    first.cancel();
    assertThat(gate.pending()).isEqualTo(1);
    AccessDecision.Pending third = pending(gate.decide(with("t", "/x")));
    verification.complete(alice().build());
    assertThat(third.decision()).isCompletedWithValueMatching(Permit.class::isInstance);
    assertThat(first.decision().toCompletableFuture()).isCancelled();
    assertThat(gate.pending()).isZero();
  }

  @Test
  @DisplayName("rule 87: who finds no place among the waiting leaves the issuer's queue as well")
  void decide_noPlaceToWait_abandonsWhatItWouldWaitFor() {
    var never = new CompletableFuture<TokenVerifier.Verification>();
    var abandoned = new AtomicInteger();
    RouteAccess gate =
        new GateSetup()
            .route(TestRoutes.path("/x"))
            .token("t", new TokenVerifier.Later("test", never, abandoned::incrementAndGet))
            .maxPending(1)
            .gate();
    pending(gate.decide(with("t", "/x")));
    assertThat(abandoned).hasValue(0);
    assertThat(denial(gate.decide(with("t", "/x"))).reason()).isEqualTo(Reason.OVERLOADED);
    assertThat(abandoned).hasValue(1);
    assertThat(gate.pending()).isEqualTo(1);
  }

  @Test
  @DisplayName("limits.pending: who waits for one issuer never takes the places of another's")
  void decide_manyWaitForOneIssuer_placesOfTheOthersStayFree() {
    var never = new CompletableFuture<TokenVerifier.Verification>();
    RouteAccess gate =
        new GateSetup()
            .issuers("silent", "slow", "third")
            .route(TestRoutes.path("/x"))
            .token("a", new TokenVerifier.Later("silent", never.minimalCompletionStage()))
            .token("b", new TokenVerifier.Later("slow", never.minimalCompletionStage()))
            .maxPending(7)
            .gate();
    AccessDecision.Pending first = pending(gate.decide(with("a", "/x")));
    pending(gate.decide(with("a", "/x")));
    assertThat(denial(gate.decide(with("a", "/x"))).reason()).isEqualTo(Reason.OVERLOADED);
    pending(gate.decide(with("b", "/x")));
    pending(gate.decide(with("b", "/x")));
    assertThat(denial(gate.decide(with("b", "/x"))).reason()).isEqualTo(Reason.OVERLOADED);
    assertThat(gate.pending()).isEqualTo(4);
    first.cancel();
    pending(gate.decide(with("a", "/x")));
  }

  @Test
  @DisplayName("limits.pending: every issuer has one place at least, and a bug is not one's fault")
  void waiting_fewPlaces_areOneEach() {
    assertThat(Waiting.placesEach(1000, 3)).isEqualTo(333);
    assertThat(Waiting.placesEach(2, 3)).isEqualTo(1);
    assertThat(Waiting.placesEach(5, 0)).isEqualTo(5);
    var waiting = new Waiting(List.of("a", "b"), 1);
    assertThat(waiting.of("a").enter()).isTrue();
    assertThat(waiting.of("b").enter()).isTrue();
    assertThat(waiting.of("b").enter()).isFalse();
    assertThatThrownBy(() -> waiting.of("c")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  @DisplayName("finding H2: each share has an equal part of the memory")
  void share_beyondItsMemory_holdsNoMore() {
    var share = new WaitingShare(10, 2);
    assertThat(share.hold(60, 200)).isTrue();
    assertThat(share.hold(41, 200)).isFalse();
    assertThat(share.hold(40, 200)).isTrue();
    share.release(60);
    assertThat(share.hold(60, 200)).isTrue();
  }

  @Test
  @DisplayName("finding L6: a cancelled decision tells those who fetch for it, a settled one not")
  void cancel_whileWaiting_abandonsTheVerification() {
    var verification = new CompletableFuture<TokenVerifier.Verification>();
    var abandoned = new AtomicInteger();
    var later = new TokenVerifier.Later("test", verification, abandoned::incrementAndGet);
    RouteAccess gate = new GateSetup().route(TestRoutes.path("/x")).token("t", later).gate();
    pending(gate.decide(with("t", "/x"))).cancel();
    assertThat(abandoned).hasValue(1);
    AccessDecision.Pending other = pending(gate.decide(with("t", "/x")));
    verification.complete(alice().build());
    other.cancel();
    assertThat(abandoned).hasValue(1);
    assertThat(gate.pending()).isZero();
  }

  @Test
  void decide_verificationThatIsLaterTwice_isABug() {
    var verification = new CompletableFuture<TokenVerifier.Verification>();
    var later = new TokenVerifier.Later("test", verification);
    RouteAccess gate = new GateSetup().route(TestRoutes.path("/x")).token("t", later).gate();
    AccessDecision.Pending pending = pending(gate.decide(with("t", "/x")));
    verification.complete(later);
    assertThat(pending.decision().toCompletableFuture()).isCompletedExceptionally();
    assertThat(gate.pending()).isZero();
  }

  @Test
  void refuse_afterThePermit_hasRouteAndIdentityButNoChallenge() {
    AccessGate gate = new GateSetup().route(TestRoutes.path("/x")).token("t", alice()).gate();
    Denial denial = permit(gate.decide(with("t", "/x"))).refuse(Reason.UPSTREAM_UNAVAILABLE);
    assertThat(denial.reason()).isEqualTo(Reason.UPSTREAM_UNAVAILABLE);
    assertThat(denial.route()).isNotNull();
    assertThat(denial.identity()).isNotNull();
    assertThat(denial.challenge()).isNull();
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  @DisplayName("contract: every 503 says when to come again, before a route matched as well")
  void unrouted_everyReason_hasRetryAfterIf503(Reason reason) {
    Denial denial = Denial.unrouted(reason);
    assertThat(denial.reason()).isEqualTo(reason);
    assertThat(denial.retryAfter() != null).isEqualTo(reason.status() == 503);
    assertThat(denial.headers()).isEmpty();
    assertThat(denial.challenge()).isNull();
  }

  @Test
  void gate_twoRoutesForTheSameRequests_isNotMade() {
    GateSetup setup =
        new GateSetup().route(TestRoutes.path("/x")).route(TestRoutes.path("/x").open());
    assertThatThrownBy(setup::gate).isInstanceOf(IllegalArgumentException.class);
  }
}
