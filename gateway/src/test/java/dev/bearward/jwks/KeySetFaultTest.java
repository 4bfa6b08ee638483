package dev.bearward.jwks;

import static dev.bearward.testing.ScriptedServer.answer;
import static dev.bearward.testing.ScriptedServer.json;
import static dev.bearward.testing.ScriptedServer.redirect;
import static dev.bearward.testing.ScriptedServer.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.TestKey;
import dev.bearward.token.KeySource.Unavailable;
import dev.bearward.token.VerificationKey.Standing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the issuer answers, good keys stay in service and nothing is let in. */
@Timeout(60)
class KeySetFaultTest {
  private static final TestKey ONE = Rig.key("one");

  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  record Fault(String name, String error, ScriptedServer.Script script) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Fault> faults() {
    return Stream.of(
        new Fault(
            "status 500",
            "status 500 (expected: 200)",
            answer(500, "application/json", Rig.jwks(ONE))),
        new Fault("status 404", "status 404 (expected: 200)", answer(404, null, "")),
        new Fault("no content", "status 204 (expected: 200)", answer(204, null, "")),
        new Fault("not modified", "status 304 (expected: 200)", answer(304, null, "")),
        new Fault("empty", "no JWK set", json("")),
        new Fault("garbage", "no JWK set", json("\u0000\u0001garbage")),
        new Fault("html", "no JWK set", json("<html>Please sign in</html>")),
        new Fault("cut short", "no JWK set", json(Rig.jwks(ONE).substring(0, 60))),
        new Fault(
            "oversize",
            "longer body (expected: at most 524288 bytes)",
            json("[" + " ".repeat(600_000) + "]")),
        new Fault(
            "redirect loop", "one more redirect (expected: at most 3)", redirect(302, "/jwks")),
        new Fault(
            "other scheme", "(expected: scheme http)", redirect(302, "https://127.0.0.1:1/jwks")),
        new Fault(
            "elsewhere", "plain http beyond loopback", redirect(302, "http://issuer.example/jwks")),
        new Fault(
            "text html",
            "content type text/html",
            answer(200, "text/html; charset=utf-8", Rig.jwks(ONE))),
        new Fault(
            "text plain", "content type text/plain", answer(200, "text/plain", Rig.jwks(ONE))),
        new Fault("image", "content type image/png", answer(200, "image/png", Rig.jwks(ONE))),
        new Fault(
            "gzip", "a content coding", with("Content-Encoding", "gzip", json(Rig.jwks(ONE)))),
        new Fault(
            "dropped",
            "/jwks: ",
            exchange -> {
              exchange.sendResponseHeaders(200, 1000);
              exchange.getResponseBody().write(1);
              exchange.getResponseBody().flush();
              throw new IOException("dropped");
            }));
  }

  @ParameterizedTest
  @MethodSource("faults")
  @DisplayName("rules 53, 55, 185: a faulty answer leaves the good keys in service")
  void refresh_faultyAnswer_keepsTheGoodKeys(Fault fault) {
    rig.publish(ONE).start();
    rig.server.on("/jwks", fault.script);
    rig.passToNextFetch();

    assertThat(rig.view("a").lastError()).contains("/jwks: ", fault.error);
    assertThat(rig.view("a").failed()).isEqualTo(1);
    assertThat(rig.found("one").standing(rig.time.millis())).isEqualTo(Standing.LIVE);
    assertThat(rig.view("a").keyIds()).containsExactly("one");
    assertThat(rig.heard.getLast()).startsWith("a failed ").contains(fault.error);
  }

  @ParameterizedTest
  @MethodSource("faults")
  @DisplayName("rules 55, 56: a faulty answer at start is 503 with Retry-After, and passes")
  void start_faultyAnswer_unavailableUntilItPasses(Fault fault) {
    rig.server.on("/jwks", fault.script);
    rig.start();

    assertThat(rig.find("one"))
        .isInstanceOfSatisfying(Unavailable.class, u -> assertThat(u.retryAfter()).isPositive());
    assertThat(rig.view("a").keyIds()).isEmpty();

    rig.publish(ONE);
    rig.passToNextFetch();
    assertThat(rig.found("one").keyId()).isEqualTo("one");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/jwk-set+json",
        "application/JSON; charset=utf-8",
        "application/vnd.issuer.keys+json",
        "",
      })
  @DisplayName("rule 53: JSON under its own types, or without any, is read")
  void refresh_jsonTypes_read(String type) {
    rig.server.on("/jwks", answer(200, type.isEmpty() ? null : type, Rig.jwks(ONE)));
    rig.start();

    assertThat(rig.found("one").keyId()).isEqualTo("one");
  }

  @Test
  @DisplayName("rule 53: an issuer that does not answer in time is 503 for that issuer alone")
  void start_silentIssuer_unavailableInTime() {
    rig.server
        .on("/jwks", rig.server.after(new CountDownLatch(1), json(Rig.jwks(ONE))))
        .on("/b", json(Rig.jwks(ONE)));
    rig.startOnly(impatient("a", rig.uri("/jwks")), rig.at("b", "/b"));

    assertThat(rig.found("b", "one").issuer()).isEqualTo("b");
    assertThat(rig.find("one")).isInstanceOf(Unavailable.class);
    assertThat(rig.view("a").lastError()).contains("no complete answer (expected: within 200ms)");
  }

  @Test
  @DisplayName("rule 56: an issuer that refuses connections")
  void start_noListener_unavailable() throws IOException {
    URI nobody;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/jwks?key=secret");
    }
    rig.start(impatient("a", nobody));

    assertThat(rig.find("one")).isInstanceOf(Unavailable.class);
    assertThat(rig.view("a").lastError()).contains("cannot connect").doesNotContain("secret");
  }

  private static KeySetSettings impatient(String name, URI keys) {
    var refresh =
        new KeySetSettings.Refresh(
            Rig.EVERY, Rig.COOLDOWN, 2, Duration.ofMillis(200), Rig.STALE_FOR, null);
    return new KeySetSettings(
        name, keys.toString(), new KeySetSettings.Url(keys), false, refresh, Rig.DIRECT);
  }
}
