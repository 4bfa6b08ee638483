package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.bearward.testing.Conversation;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How upstreams stand, as the admin port of a whole gateway tells it. */
class UpstreamsStoryTest {
  private static final String DOWN =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\ndown";

  private static int deadPort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Map<String, Object> endpoint(RunningGateway gateway, String name, int port) {
    try {
      var body = JSONObjectUtils.parse(gateway.admin("GET", "/upstreams").body());
      Map<String, Object> upstream = named(body, "upstreams", "name", name);
      return named(upstream, "endpoints", "endpoint", "127.0.0.1:" + port);
    } catch (IOException | InterruptedException | ParseException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, Object> named(
      Map<String, Object> in, String list, String key, String value) throws ParseException {
    return Arrays.stream(Objects.requireNonNull(JSONObjectUtils.getJSONObjectArray(in, list)))
        .filter(each -> value.equals(each.get(key)))
        .findFirst()
        .orElseThrow();
  }

  private static boolean stands(RunningGateway gateway, String name, int port, String state) {
    return state.equals(endpoint(gateway, name, port).get("state"));
  }

  private static Instant until(RunningGateway gateway, int port) {
    return Instant.parse((String) endpoint(gateway, "failing", port).get("ejectedUntil"));
  }

  @Test
  @DisplayName(
      "contract: /upstreams tells what checks and failures made of each endpoint, and its load")
  void upstreams_states_areTold() throws Exception {
    var release = new CountDownLatch(1);
    int dead = deadPort();
    try (var good =
            RawUpstream.start(wire -> {
              for (String head = wire.readRequest(); head != null; head = wire.readRequest()) {
                if (head.startsWith("GET /checked/wait")) {
                  await(release);
                }
                wire.send(Story.OK);
              }
            });
        var bad = RawUpstream.answering(DOWN);
        var gateway = new RunningGateway(yaml(good.port(), dead, bad.port()))) {
      assertThat(endpoint(gateway, "failing", bad.port()))
          .containsEntry("configured", "127.0.0.1:" + bad.port())
          .containsEntry("state", "healthy")
          .containsEntry("connections", 0L)
          .containsEntry("ejectedUntil", null)
          .containsEntry("lastError", null);

      Eventually.await("a check", () -> stands(gateway, "checked", dead, "unhealthy"));
      assertThat(String.valueOf(endpoint(gateway, "checked", dead).get("lastError")))
          .startsWith("check: ");
      assertThat(endpoint(gateway, "checked", good.port())).containsEntry("state", "healthy");

      Instant before = Instant.now();
      for (int i = 0; i < 2; i++) {
        gateway.send("GET", "/failing");
      }
      assertThat(endpoint(gateway, "failing", bad.port()))
          .containsEntry("state", "ejected")
          .containsEntry("lastError", "status 503");
      assertThat(until(gateway, bad.port()))
          .isBetween(before.plusSeconds(50), Instant.now().plus(Duration.ofMinutes(1)));
      for (int i = 0; i < 4; i++) {
        assertThat(gateway.send("GET", "/failing").statusCode()).isEqualTo(200);
      }

      try (var waits =
          new Conversation(
              new Socket(InetAddress.getLoopbackAddress(), gateway.uri("/").getPort()))) {
        waits.send("GET /checked/wait HTTP/1.1\r\nHost: a\r\n\r\n");
        Eventually.await(
            "one in use",
            () -> Objects.equals(endpoint(gateway, "checked", good.port()).get("active"), 1L));
        assertThat(endpoint(gateway, "checked", good.port()))
            .containsEntry("connections", 1L)
            .containsEntry("waiting", 0L);
        release.countDown();
        assertThat(waits.readHead()).contains(" 200 ");
      }
      Eventually.await(
          "none in use",
          () -> Objects.equals(endpoint(gateway, "checked", good.port()).get("active"), 0L));
      assertThat(endpoint(gateway, "checked", good.port())).containsEntry("connections", 1L);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String yaml(int good, int dead, int bad) {
    return """
    server: {listen: "127.0.0.1:0"}
    admin: {listen: "127.0.0.1:0"}
    upstreams:
      checked:
        endpoints: ["http://127.0.0.1:%d", "http://127.0.0.1:%d"]
        health: {path: /health, interval: 1s, unhealthyAfter: 1}
      failing:
        endpoints: ["http://127.0.0.1:%d", "http://127.0.0.1:%d"]
        balance: roundRobin
        outlier: {consecutiveFailures: 1, ejectFor: 1m}
    routes:
      - {path: /checked/**, upstream: checked, public: true}
      - {path: /failing/**, upstream: failing, public: true}
    """
        .formatted(good, dead, good, bad);
  }
}
