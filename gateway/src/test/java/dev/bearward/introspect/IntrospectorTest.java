package dev.bearward.introspect;

import static dev.bearward.introspect.Asked.GOOD;
import static dev.bearward.introspect.Asked.PATH;
import static dev.bearward.testing.ScriptedServer.answer;
import static dev.bearward.testing.ScriptedServer.json;
import static dev.bearward.testing.ScriptedServer.redirect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.ScriptedServer;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.ClaimValue;
import dev.bearward.token.TokenVerifier.Later;
import dev.bearward.token.TokenVerifier.Rejected;
import dev.bearward.token.TokenVerifier.Unavailable;
import dev.bearward.token.TokenVerifier.Verification;
import dev.bearward.token.Verified;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class IntrospectorTest {
  private Asked asked = new Asked();

  @AfterEach
  void close() {
    asked.close();
  }

  private Asked anew(int cacheSeconds, int concurrency, int maxWaiting) {
    asked.close();
    asked = new Asked(cacheSeconds, concurrency, maxWaiting);
    return asked;
  }

  @Test
  @DisplayName("rules 83, 84, 85: the issuer is asked with own credentials, its reply is the facts")
  void verify_activeToken_hasTheFactsOfTheReply() {
    asked.say(GOOD, asked.active(300, "\"scope\":\"read write\"", "\"role\":\"editor\""));

    Verified token = asked.verified(GOOD);

    assertThat(token.issuer()).isEqualTo("test");
    assertThat(token.subject()).isEqualTo("alice");
    assertThat(token.clientId()).isEqualTo("spa");
    assertThat(token.scopes()).containsExactlyInAnyOrder("read", "write");
    assertThat(token.claim(ClaimPath.of("role"))).isEqualTo(new ClaimValue.Text("editor"));
    assertThat(token.expiresAtMillis()).isEqualTo(asked.time.millis() + 300_000);
    assertThat(asked.credentials).containsExactly("Basic Z2F0ZXdheTpodW50ZXIy");
  }

  @Test
  @DisplayName("rule 83: a token of any token68 characters arrives as it is")
  void verify_tokenOfOddCharacters_isSentUnchanged() {
    String odd = "a+b/c~d_e-f.g==";
    asked.say(odd, asked.active(300));

    assertThat(asked.verify(odd)).isInstanceOf(Verified.class);
  }

  @Test
  @DisplayName("a question never waits on the asking thread")
  void verify_unknownToken_isLater() {
    var gate = new CountDownLatch(1);
    asked.server.on(PATH, asked.server.after(gate, asked.answering()));

    Verification now = asked.verifier.verify(GOOD);

    assertThat(now).isInstanceOf(Later.class);
    gate.countDown();
    assertThat(Asked.reason(now)).isEqualTo(Reason.INACTIVE);
  }

  @Test
  @DisplayName("1,000 concurrent requests with one token: one call")
  void verify_sameTokenAThousandTimes_asksOnce() {
    asked.say(GOOD, asked.active(300));
    var gate = new CountDownLatch(1);
    asked.server.on(PATH, asked.server.after(gate, asked.answering()));
    List<Verification> all = new ArrayList<>();

    for (int i = 0; i < 1000; i++) {
      all.add(asked.verifier.verify(GOOD));
    }
    assertThat(asked.introspector.view().waiting()).isEqualTo(1000);
    gate.countDown();

    assertThat(all).allSatisfy(v -> assertThat(Asked.settled(v)).isInstanceOf(Verified.class));
    assertThat(asked.calls()).isEqualTo(1);
    Eventually.await("nobody waits", () -> asked.introspector.view().waiting() == 0);
  }

  @Test
  @DisplayName("rule 86: an answer is kept for `cache` and no longer")
  void verify_afterTheCacheTime_asksAgain() {
    asked.say(GOOD, asked.active(3600));
    asked.verified(GOOD);
    asked.time.advance(Duration.ofMillis(59_999));
    asked.verified(GOOD);
    assertThat(asked.calls()).isEqualTo(1);

    asked.time.advance(Duration.ofMillis(1));
    asked.verified(GOOD);

    assertThat(asked.calls()).isEqualTo(2);
  }

  @Test
  @DisplayName("rule 86: an answer is never kept beyond exp, leeway not counted")
  void verify_afterExp_asksAgain() {
    asked.say(GOOD, asked.active(20));
    asked.verified(GOOD);
    asked.time.advance(Duration.ofMillis(19_999));
    asked.verified(GOOD);
    assertThat(asked.calls()).isEqualTo(1);

    asked.say(GOOD, "{\"active\":false}");
    asked.time.advance(Duration.ofMillis(1));

    assertThat(asked.reason(GOOD)).isEqualTo(Reason.INACTIVE);
    assertThat(asked.calls()).isEqualTo(2);
  }

  @Test
  @DisplayName("rule 86: a token that is revoked is refused after `cache` at the latest")
  void verify_revokedToken_isRefusedAfterTheCacheTime() {
    asked.say(GOOD, asked.active(3600));
    asked.verified(GOOD);
    asked.say(GOOD, "{\"active\":false}");
    assertThat(asked.verify(GOOD)).isInstanceOf(Verified.class);

    asked.time.advance(Duration.ofSeconds(60));

    assertThat(asked.reason(GOOD)).isEqualTo(Reason.INACTIVE);
  }

  @Test
  @DisplayName("cache 0s: every request is asked for, refused ones too")
  void verify_withoutCache_asksEveryTime() {
    anew(0, 32, 1000).say(GOOD, asked.active(300));
    asked.verified(GOOD);
    asked.verified(GOOD);
    asked.reason("junk");
    asked.reason("junk");

    assertThat(asked.calls()).isEqualTo(4);
  }

  @Test
  @DisplayName("a refusal is remembered for ten seconds, and for `cache` where that is shorter")
  void verify_refusedToken_isNotAskedForAgainAtOnce() {
    assertThat(asked.reason("junk")).isEqualTo(Reason.INACTIVE);
    asked.time.advance(Duration.ofMillis(9_999));
    assertThat(asked.reason("junk")).isEqualTo(Reason.INACTIVE);
    assertThat(asked.calls()).isEqualTo(1);
    asked.say("junk", asked.active(300));
    asked.time.advance(Duration.ofMillis(1));
    assertThat(asked.verify("junk")).isInstanceOf(Verified.class);

    anew(3, 32, 1000).reason("junk");
    asked.time.advance(Duration.ofSeconds(3));
    asked.reason("junk");
    assertThat(asked.calls()).isEqualTo(2);
  }

  @Test
  @DisplayName("a token for another API is asked for once in ten seconds, though it is active")
  void verify_activeTokenForAnotherApi_isRememberedAsRefused() {
    asked.say(GOOD, "{\"active\":true,\"aud\":\"other\"}");

    assertThat(asked.reason(GOOD)).isEqualTo(Reason.WRONG_AUDIENCE);
    assertThat(asked.reason(GOOD)).isEqualTo(Reason.WRONG_AUDIENCE);
    assertThat(asked.calls()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"active\":\"true\"}",
        "{\"active\":1}",
        "{\"active\":null}",
        "{\"active\":[true]}",
        "{\"ACTIVE\":true}",
        "{}",
        "[]",
        "true",
        "",
        "no JSON",
        "{\"active\":true",
        "{\"active\":true}x",
        "{\"active\":false,\"active\":true}",
        "{\"active\":true,\"aud\":{}}",
        "{\"active\":true,\"aud\":\"appointments:api\",\"exp\":\"9999999999\"}",
      })
  @DisplayName(
      "rules 84, 87: whatever is not JSON with a boolean active is no answer: 503, no pass")
  void verify_garbage_isUnavailable(String body) {
    asked.server.on(PATH, json(body));

    assertThat(asked.reason(GOOD)).isEqualTo(Reason.INTROSPECTION_UNAVAILABLE);
    assertThat(asked.introspector.view().lastError()).contains("expected: ").doesNotContain(GOOD);
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 204, 400, 401, 403, 404, 429, 500, 503})
  @DisplayName(
      "rule 87: another status, 401 towards us included, is 503 and never the client's 401")
  void verify_otherStatus_isUnavailable(int status) {
    asked.server.on(
        PATH, answer(status, "application/json", status == 204 ? "" : "{\"active\":true}"));

    assertThat(asked.verify(GOOD))
        .isEqualTo(new Unavailable(Reason.INTROSPECTION_UNAVAILABLE, Duration.ofSeconds(1)));
    assertThat(asked.introspector.view().lastError()).contains(String.valueOf(status));
    assertThat(asked.heard).singleElement().asString().startsWith("test failed ");
  }

  @Test
  @DisplayName("rule 87: a redirect is not followed")
  void verify_redirect_isUnavailable() {
    asked.server.on(PATH, redirect(307, "/else")).on("/else", json(asked.active(300)));

    assertThat(asked.reason(GOOD)).isEqualTo(Reason.INTROSPECTION_UNAVAILABLE);
    assertThat(asked.server.hits("/else")).isZero();
  }

  @Test
  @DisplayName("rule 87: another content type, or a body over the limit, is no answer")
  void verify_otherTypeOrTooLong_isUnavailable() {
    asked.server.on(PATH, answer(200, "text/html", asked.active(300)));
    assertThat(asked.reason(GOOD)).isEqualTo(Reason.INTROSPECTION_UNAVAILABLE);

    asked.server.on(
        PATH, json(asked.active(300, "\"x\":\"" + "x".repeat(Endpoint.MAX_BYTES) + "\"")));
    assertThat(asked.reason(GOOD)).isEqualTo(Reason.INTROSPECTION_UNAVAILABLE);
  }

  @Test
  @DisplayName("rule 87: the issuer's own Retry-After is passed on, within bounds")
  void verify_issuerSaysWhenToComeAgain_isPassedOn() {
    asked.server.on(PATH, ScriptedServer.with("Retry-After", "7", answer(503, null, "")));
    assertThat(asked.verify(GOOD))
        .isEqualTo(new Unavailable(Reason.INTROSPECTION_UNAVAILABLE, Duration.ofSeconds(7)));

    asked.server.on(PATH, ScriptedServer.with("Retry-After", "86400", answer(503, null, "")));
    assertThat(asked.verify(GOOD))
        .isEqualTo(new Unavailable(Reason.INTROSPECTION_UNAVAILABLE, Duration.ofSeconds(30)));
  }

  @Test
  @DisplayName(
      "rule 87: an outage is 503 for tokens not kept, none for those kept; then it is over")
  void verify_duringAnOutageAndAfter() {
    asked.say(GOOD, asked.active(3600));
    asked.say("other", asked.active(3600));
    asked.verified(GOOD);
    asked.server.on(PATH, answer(500, null, ""));

    assertThat(asked.reason("other")).isEqualTo(Reason.INTROSPECTION_UNAVAILABLE);
    assertThat(asked.verify(GOOD)).isInstanceOf(Verified.class);
    asked.time.advance(Duration.ofSeconds(60));
    assertThat(asked.reason(GOOD)).isEqualTo(Reason.INTROSPECTION_UNAVAILABLE);

    asked.server.on(PATH, asked.answering());
    assertThat(asked.verify(GOOD)).isInstanceOf(Verified.class);
    assertThat(asked.verify("other")).isInstanceOf(Verified.class);
    assertThat(asked.introspector.view().lastError()).isNull();
    assertThat(asked.introspector.view().lastAnswer()).isEqualTo(asked.time.instant());
  }

  @Test
  @DisplayName(
      "rule 12: the view, what listeners hear and what is printed hold no token, no secret")
  void everything_holdsNoToken() {
    asked.server.on(PATH, answer(500, null, GOOD));
    Verification answer = asked.verify(GOOD);

    assertThat(asked.heard + " " + asked.introspector.view() + " " + answer)
        .contains("status 500")
        .doesNotContain(GOOD)
        .doesNotContain("hunter2");
    assertThat(new TokenDigest(1, 2, 3, 4)).hasToString("(digest)");
    assertThat(answer).isNotInstanceOf(Rejected.class);
  }

  private Later later(String token) {
    return switch (asked.verifier.verify(token)) {
      case Later later -> later;
      case Verification other -> throw new AssertionError(other);
    };
  }

  @Test
  @DisplayName("finding L6: who leaves frees a place at once; the question goes on for the others")
  void abandon_oneOfTwo_freesAPlace() {
    anew(60, 1, 2).say(GOOD, asked.active(300));
    var gate = new CountDownLatch(1);
    asked.server.on(PATH, asked.server.after(gate, asked.answering()));
    Later first = later(GOOD);
    Later second = later(GOOD);
    assertThat(Asked.reason(asked.verifier.verify(GOOD))).isEqualTo(Reason.OVERLOADED);

    first.abandon().run();
    first.abandon().run();

    assertThat(asked.introspector.view().waiting()).isEqualTo(1);
    assertThat(first.verification().toCompletableFuture()).isCompletedExceptionally();
    Later third = later(GOOD);
    gate.countDown();
    assertThat(Asked.settled(second)).isInstanceOf(Verified.class);
    assertThat(Asked.settled(third)).isInstanceOf(Verified.class);
    assertThat(asked.calls()).isEqualTo(1);
    second.abandon().run();
    assertThat(asked.introspector.view().waiting()).isZero();
  }

  @Test
  @DisplayName("finding L6: a question that nobody waits for is never asked when it has not begun")
  void abandon_beforeItsTurn_isNeverAsked() {
    anew(60, 1, 1000).say(GOOD, asked.active(300));
    var gate = new CountDownLatch(1);
    asked.server.on(PATH, asked.server.after(gate, asked.answering()));
    Later running = later(GOOD);
    Later queued = later("left");
    Eventually.await("the first question", () -> asked.calls() == 1);

    queued.abandon().run();
    gate.countDown();

    assertThat(Asked.settled(running)).isInstanceOf(Verified.class);
    assertThat(asked.reason("left")).isEqualTo(Reason.INACTIVE);
    assertThat(asked.calls()).isEqualTo(2);
  }

  @Test
  @DisplayName("finding L6: a question that has begun goes on, and whoever comes again is answered")
  void abandon_afterItBegan_answerIsForWhoComesAgain() {
    anew(60, 1, 1000).say(GOOD, asked.active(300));
    var gate = new CountDownLatch(1);
    asked.server.on(PATH, asked.server.after(gate, asked.answering()));
    later(GOOD).abandon().run();
    Later again = later(GOOD);
    Later other = later("other");
    gate.countDown();

    assertThat(Asked.settled(again)).isInstanceOf(Verified.class);
    assertThat(Asked.reason(other)).isEqualTo(Reason.INACTIVE);
    assertThat(asked.calls()).isEqualTo(2);
  }

  @Test
  @DisplayName("finding L6: a question that nobody waits for gives its turn to one that wants it")
  void abandon_afterItBegan_turnIsFreeForOthers() {
    anew(60, 2, 1000).say(GOOD, asked.active(300)).say("known", asked.active(300));
    asked.verified("known");
    asked.time.advance(Duration.ofSeconds(60));
    var never = new CountDownLatch(1);
    asked.server.on(PATH, asked.server.after(never, asked.answering()));
    Later known = later("known");
    Later strange = later("strange");
    Eventually.await("both questions", () -> asked.calls() == 3);
    known.abandon().run();
    strange.abandon().run();
    assertThat(asked.heard).hasSize(1);

    asked.server.on(PATH, asked.answering());
    assertThat(asked.verify(GOOD)).isInstanceOf(Verified.class);
    assertThat(asked.reason("junk")).isEqualTo(Reason.INACTIVE);
    assertThat(asked.introspector.view().lastError()).isNull();
    assertThat(asked.verify("known")).isInstanceOf(Verified.class);
  }
}
