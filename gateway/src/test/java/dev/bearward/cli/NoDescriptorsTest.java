package dev.bearward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Conversation;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.TestIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that has no file descriptors left, for clients or for upstreams. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NoDescriptorsTest {
  /** Open files that the process may have; it needs some hundred for itself. */
  private static final int DESCRIPTORS = 400;

  private static final int CLIENTS = 350;
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final List<String> OPTIONS =
      List.of("-Xmx64m", "-XX:+UseSerialGC", "-Dio.netty.leakDetection.level=disabled");

  @TempDir Path directory;
  private final CountDownLatch release = new CountDownLatch(1);

  @Test
  @DisplayName(
      "no descriptors: 503 overloaded, a few log lines, and all is well once some are free")
  void descriptors_exhausted_refusesAndRecovers() throws Exception {
    List<Conversation> clients = new ArrayList<>();
    try (var upstream = RawUpstream.start(this::later)) {
      int port = GatewayProcess.freePort();
      Path file = configuration(port, upstream.port());
      try (var gateway =
          GatewayProcess.limited(directory, DESCRIPTORS, OPTIONS, "run", "-c", file.toString())) {
        gateway.awaitOutput("listening on", Duration.ofSeconds(60));
        for (int i = 0; i < CLIENTS; i++) {
          clients.add(ask(port));
        }
        gateway.awaitOutput("no socket to connect with", Duration.ofSeconds(20));
        gateway.awaitOutput("accept: ", Duration.ofSeconds(20));
        List<String> refused = refused(clients);
        assertThat(refused)
            .isNotEmpty()
            .allSatisfy(response ->
                assertThat(response)
                    .startsWith("HTTP/1.1 503 ")
                    .containsIgnoringCase("\r\nretry-after: ")
                    .contains("\"reason\":\"overloaded\""));
        clients.forEach(Conversation::close);
        release.countDown();
        Eventually.await("served again", () -> isServed(port));
        String output = gateway.output();
        assertThat(output).contains("Too many open files").doesNotContain("internal error");
        assertThat(output.lines().filter(line -> line.contains("Too many open files")))
            .as("one line of a kind in ten seconds")
            .hasSizeLessThan(20);
        assertThat(output).doesNotContain("\tat ").doesNotContain("exceptionCaught");
      }
    } finally {
      release.countDown();
      clients.forEach(Conversation::close);
    }
  }

  /** Answers when it is let. */
  private void later(Conversation wire) throws IOException {
    try {
      for (String head = wire.readHead(); head != null; head = wire.readHead()) {
        release.await();
        wire.send(OK);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Conversation ask(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10);
    var wire = new Conversation(socket);
    wire.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
    return wire;
  }

  /** The responses of those that have one. */
  private static List<String> refused(List<Conversation> clients) {
    List<String> responses = new ArrayList<>();
    for (Conversation client : clients) {
      try {
        String head = client.readUntil("\r\n\r\n");
        if (!head.isEmpty()) {
          responses.add(head + client.readUntil("}"));
        }
      } catch (IOException e) {
        // None yet, or closed for others.
      }
    }
    return responses;
  }

  private static boolean isServed(int port) {
    try (var wire = new Conversation(new Socket(InetAddress.getLoopbackAddress(), port))) {
      wire.send("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      return wire.readToEnd().endsWith("ok");
    } catch (IOException e) {
      return false;
    }
  }

  private Path configuration(int port, int upstreamPort) throws IOException {
    return Files.writeString(
        directory.resolve("few.yaml"),
        """
        server: {listen: "127.0.0.1:%d"}
        admin: {listen: disabled}
        accessLog: {format: disabled}
        issuers:
          - {issuer: "https://issuer.example/", audience: api, keys: {inline: '%s'}}
        upstreams:
          app: {endpoints: ["http://127.0.0.1:%d"], timeouts: {response: 5m}, pool: {maxConnections: 1000}}
        routes:
          - {path: /a, upstream: app, public: true}
        """
            .formatted(port, TestIssuer.simple().jwks(), upstreamPort));
  }
}
