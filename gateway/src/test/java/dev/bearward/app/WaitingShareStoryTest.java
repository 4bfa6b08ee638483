package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.app.AttackLine.Response;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.ScriptedServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Issuers that are asked about opaque tokens, one of which is silent; over real sockets. */
@Timeout(120)
class WaitingShareStoryTest {
  private static final int SHARE = 6;
  private static final String ACTIVE =
      "{\"active\":true,\"sub\":\"alice\",\"aud\":\"appointments:api\"}";

  private final CountDownLatch silence = new CountDownLatch(1);
  private final List<AttackLine> lines = new ArrayList<>();
  private ScriptedServer server;
  private RawUpstream upstream;

  @BeforeEach
  void startParts() {
    server = ScriptedServer.start();
    server
        .on("/silent", server.after(silence, ScriptedServer.json(ACTIVE)))
        .on("/well", ScriptedServer.json(ACTIVE));
    upstream = RawUpstream.answering(Story.OK);
  }

  @AfterEach
  void stopParts() {
    lines.forEach(AttackLine::close);
    server.close();
    upstream.close();
  }

  private RunningGateway gateway(int concurrency) throws IOException {
    return new RunningGateway(
        """
        server: {listen: "127.0.0.1:0", limits: {pending: %d}}
        admin: {listen: "127.0.0.1:0"}
        issuers:
          - %s
          - %s
        upstreams: {app: "http://127.0.0.1:%d"}
        routes:
          - {path: /silent/**, upstream: app, require: {issuers: [silent]}}
          - {path: /well/**, upstream: app, require: {issuers: [well]}}
        """
            .formatted(
                2 * SHARE,
                issuer("silent", concurrency),
                issuer("well", concurrency),
                upstream.port()));
  }

  private String issuer(String name, int concurrency) {
    return """
    {name: %s, issuer: "https://%s.example/", audience: "appointments:api", keys: none, \
    refresh: {timeout: 1m}, introspection: {url: "%s", clientId: gateway, \
    clientSecret: hunter2-hunter2, concurrency: %d}}\
    """
        .formatted(name, name, server.uri("/" + name), concurrency);
  }

  private AttackLine ask(RunningGateway gateway, String path, String token) throws IOException {
    var line = new AttackLine(gateway.uri("/").getPort());
    lines.add(line);
    line.send(AttackLine.request(path, "Authorization: Bearer " + token));
    return line;
  }

  private static void awaitWaiting(RunningGateway gateway, int count) {
    String shown = "bearward_introspection_waiting{issuer=\"silent\"} " + count + ".0";
    Eventually.await(count + " waiting", () -> metrics(gateway).contains(shown));
  }

  private static String metrics(RunningGateway gateway) {
    try {
      return gateway.admin("GET", "/metrics").body();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("rules 87, 185: who waits for a silent issuer takes no place of another issuer's")
  void silentIssuer_fillsItsOwnShareOnly() throws Exception {
    try (var gateway = gateway(32)) {
      List<AttackLine> waiting = new ArrayList<>();
      for (int i = 0; i < SHARE; i++) {
        waiting.add(ask(gateway, "/silent/a", "token-of-all"));
      }
      awaitWaiting(gateway, SHARE);
      Response refused = ask(gateway, "/silent/a", "token-of-all").read();
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.body()).contains("\"reason\":\"overloaded\"");

      for (int i = 0; i < 2 * SHARE; i++) {
        assertThat(ask(gateway, "/well/a", "first-time-" + i).read().status()).isEqualTo(200);
      }
      assertThat(server.hits("/well")).isEqualTo(2 * SHARE);

      silence.countDown();
      for (AttackLine line : waiting) {
        assertThat(line.read().status()).isEqualTo(200);
      }
      assertThat(server.hits("/silent")).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("finding L6: clients that leave free their places, their question's turn as well")
  void leavingClients_freePlacesAndTurns() throws Exception {
    try (var gateway = gateway(1)) {
      List<AttackLine> waiting = new ArrayList<>();
      for (int i = 0; i < SHARE; i++) {
        waiting.add(ask(gateway, "/silent/a", "token-of-all"));
      }
      awaitWaiting(gateway, SHARE);
      Eventually.await("the question", () -> server.hits("/silent") == 1);
      waiting.forEach(AttackLine::close);
      awaitWaiting(gateway, 0);

      server.on("/silent", ScriptedServer.json(ACTIVE));
      assertThat(ask(gateway, "/silent/b", "another").read().status()).isEqualTo(200);
      assertThat(server.hits("/silent")).isEqualTo(2);
    }
  }
}
