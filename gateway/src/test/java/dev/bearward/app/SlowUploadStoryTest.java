package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Conversation;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Uploads that drip, more of them than their upstream has connections. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SlowUploadStoryTest {
  private static final int UPLOADS = 300;

  /** The default of {@code pool.maxConnections}. */
  private static final int POOL = 256;

  /** Paid for minutes, if what was sent fast were to count for ever. */
  private static final String BURST = "x".repeat(64 * 1024);

  private static final String HEAD =
      "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n";

  private static final String ROUTES =
      """
      server: {listen: "127.0.0.1:0", timeouts: {body: 2s}}
      accessLog: {format: disabled}
      routes:
        - {path: /upload, methods: [POST], upstream: app, public: true}
        - {path: /free, upstream: app, public: true}
      """;

  private final AtomicInteger uploads = new AtomicInteger();

  /** Takes uploads for as long as they last; answers anything else. */
  private RawUpstream upstream() {
    return RawUpstream.start(wire -> {
      for (String head = wire.readHead(); head != null; head = wire.readHead()) {
        if (head.startsWith("POST")) {
          uploads.incrementAndGet();
          wire.skip(Long.MAX_VALUE);
          return;
        }
        wire.send(Story.OK);
      }
    });
  }

  @Test
  @DisplayName(
      "timeouts.body: 300 uploads that drip keep another client waiting for that time only")
  void uploads_dripping_letOthersInAfterTheTimeout() throws Exception {
    List<Conversation> clients = new ArrayList<>();
    try (var story = new Story(upstream());
        var gateway = story.gateway(ROUTES)) {
      for (int i = 0; i < UPLOADS; i++) {
        var client = connect(gateway);
        clients.add(client);
        client.send(HEAD);
      }
      Eventually.await("all connections taken", () -> uploads.get() == POOL);
      send(clients, BURST);
      Thread drip = Thread.ofPlatform().start(() -> drip(clients));
      long begin = System.nanoTime();
      while (!free(gateway).startsWith("HTTP/1.1 200 ")) {
        LockSupport.parkNanos(20_000_000);
      }
      Duration waited = Duration.ofNanos(System.nanoTime() - begin);
      drip.interrupt();
      drip.join();
      // The time-out, the pool's wait, and what a busy machine takes.
      assertThat(waited).isLessThan(Duration.ofSeconds(10));
      assertThat(gateway.admin("GET", "/metrics").body())
          .contains("reason=\"request_timeout\"", "reason=\"overloaded\"");
    } finally {
      clients.forEach(Conversation::close);
    }
  }

  private static Conversation connect(RunningGateway gateway) throws IOException {
    int port = gateway.uri("/").getPort();
    return new Conversation(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** What another address gets. */
  private static String free(RunningGateway gateway) throws IOException {
    int port = gateway.uri("/").getPort();
    InetAddress other = InetAddress.ofLiteral("127.0.0.2");
    var socket = new Socket(InetAddress.getLoopbackAddress(), port, other, 0);
    try (var wire = new Conversation(socket)) {
      wire.send("GET /free HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      return wire.readToEnd();
    }
  }

  private static void drip(List<Conversation> clients) {
    while (!Thread.interrupted()) {
      send(clients, "x");
      LockSupport.parkNanos(100_000_000);
    }
  }

  private static void send(List<Conversation> clients, String text) {
    for (Conversation client : clients) {
      try {
        client.send(text);
      } catch (IOException e) {
        // Refused or cut off by now.
      }
    }
  }
}
