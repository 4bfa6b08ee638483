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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that ask for far more than fits anywhere, and then hardly read, before a small process.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SlowReaderTest {
  private static final long TEN_GIBIBYTES = 10L << 30;
  private static final int READERS = 50;
  private static final int BLOCK = 64 * 1024;

  /**
   * What a stalled reader may have made the upstream send: the buffers of four sockets, and ours.
   */
  private static final long MOST_AHEAD = 24L << 20;

  private static final List<String> SMALL =
      List.of(
          "-Xmx64m",
          "-XX:MaxDirectMemorySize=64m",
          "-XX:+UseSerialGC",
          "-Dio.netty.leakDetection.level=disabled");

  @TempDir Path directory;

  private final AtomicLong sent = new AtomicLong();
  private final AtomicInteger cutOff = new AtomicInteger();

  @Test
  @DisplayName("rules 136, 187: readers of 10 GiB that stall keep memory flat, and are cut off")
  void response_ofTenGibibytes_notRead_keepsMemoryFlat() throws Exception {
    List<Socket> readers = new ArrayList<>();
    try (var upstream = RawUpstream.start(this::endless)) {
      int port = GatewayProcess.freePort();
      Path file = configuration(port, upstream.port());
      try (var gateway = GatewayProcess.start(directory, SMALL, "run", "-c", file.toString())) {
        gateway.awaitOutput("listening on", Duration.ofSeconds(30));
        for (int i = 0; i < READERS; i++) {
          readers.add(reader(port));
          assertThat(honest(port)).startsWith("HTTP/1.1 404 ");
        }
        Eventually.await("all cut off", () -> cutOff.get() == READERS);
        assertThat(honest(port)).startsWith("HTTP/1.1 404 ");
        assertThat(sent.get()).isLessThan(READERS * MOST_AHEAD);
        assertThat(gateway.peakResidentBytes()).isLessThan(256L << 20);
        assertThat(gateway.output()).doesNotContain("OutOfMemory").doesNotContain("internal error");
      }
    } finally {
      for (Socket reader : readers) {
        reader.close();
      }
    }
  }

  /** Sends as much as is taken. */
  private void endless(Conversation wire) throws IOException {
    if (wire.readHead() == null) {
      return;
    }
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + TEN_GIBIBYTES + "\r\n\r\n");
    byte[] block = new byte[BLOCK];
    try {
      for (long left = TEN_GIBIBYTES; left > 0; left -= BLOCK) {
        wire.send(block);
        sent.addAndGet(BLOCK);
      }
    } catch (IOException e) {
      cutOff.incrementAndGet(); // The gateway has closed the connection.
    }
  }

  private static Socket reader(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    var wire = new Conversation(socket);
    wire.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(wire.readHead()).startsWith("HTTP/1.1 200 ");
    wire.skip(1 << 20);
    return socket;
  }

  private static String honest(int port) throws IOException {
    try (var wire = new Conversation(new Socket(InetAddress.getLoopbackAddress(), port))) {
      wire.send("GET /none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      return wire.readToEnd();
    }
  }

  private Path configuration(int port, int upstreamPort) throws IOException {
    return Files.writeString(
        directory.resolve("slow.yaml"),
        """
        server: {listen: "127.0.0.1:%d", timeouts: {idle: 3s}}
        admin: {listen: disabled}
        accessLog: {format: disabled}
        issuers:
          - {issuer: "https://issuer.example/", audience: api, keys: {inline: '%s'}}
        upstreams: {app: "http://127.0.0.1:%d"}
        routes:
          - {path: /endless, upstream: app, public: true}
        """
            .formatted(port, TestIssuer.simple().jwks(), upstreamPort));
  }
}
