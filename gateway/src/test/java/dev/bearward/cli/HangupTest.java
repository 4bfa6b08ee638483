package dev.bearward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own that follows its file and takes SIGHUP. */
class HangupTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private static String yaml(int port, int upstream, String path) {
    return """
    server: {listen: "127.0.0.1:%d"}
    admin: {listen: disabled}
    upstreams: {app: "http://127.0.0.1:%d"}
    routes: [{path: %s, upstream: app, public: true}]
    """
        .formatted(port, upstream, path);
  }

  private static int status(HttpClient client, int port, String path) {
    try {
      var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("run -c FILE: a changed file is used within seconds; SIGHUP reloads unchanged ones")
  void run_withFile_followsItAndTakesHangup() throws Exception {
    try (var upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var client = HttpClient.newHttpClient()) {
      int port = GatewayProcess.freePort();
      Path file = directory.resolve("bearward.yaml");
      Files.writeString(file, yaml(port, upstream.port(), "/one"));
      try (var gateway = GatewayProcess.start(directory, List.of(), "run", "-c", file.toString())) {
        gateway.awaitOutput("listening on", PATIENCE);
        assertThat(status(client, port, "/two")).isEqualTo(404);
        Files.writeString(file, yaml(port, upstream.port(), "/two"));
        Eventually.await("the new route", () -> status(client, port, "/two") == 200);
        gateway.hangUp();
        gateway.awaitOutput("configuration reloaded, generation 3", PATIENCE);
        Files.writeString(file, "nonsense");
        gateway.hangUp();
        gateway.awaitOutput("configuration NOT reloaded, the last good one is in use", PATIENCE);
        assertThat(status(client, port, "/two")).isEqualTo(200);
        gateway.terminate();
        assertThat(gateway.awaitExit(PATIENCE)).isZero();
      }
    }
  }

  @Test
  @DisplayName("run by three variables: SIGHUP finds nothing to reload, and ends nothing")
  void run_withoutFile_takesHangup() throws Exception {
    var variables =
        Map.of(
            "BEARWARD_ISSUER",
            "http://127.0.0.1:9",
            "BEARWARD_AUDIENCE",
            "api",
            "BEARWARD_UPSTREAM",
            "http://127.0.0.1:9",
            "BEARWARD_LISTEN",
            "127.0.0.1:0",
            "BEARWARD_ADMIN",
            "127.0.0.1:0");
    try (var gateway = GatewayProcess.start(directory, List.of(), variables, "run")) {
      gateway.awaitOutput("listening on", PATIENCE);
      gateway.hangUp();
      gateway.awaitOutput("nothing to reload (expected: -c FILE)", PATIENCE);
      gateway.terminate();
      assertThat(gateway.awaitExit(PATIENCE)).isZero();
    }
  }
}
