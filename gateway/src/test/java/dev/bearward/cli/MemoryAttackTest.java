package dev.bearward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.TestIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
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

/**
 * Attacks on the memory of a whole process that need no valid token. The shipped options with half
 * the memory, so that few clients would be enough.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MemoryAttackTest {
  private static final List<String> SMALL =
      List.of(
          "-Xms16m",
          "-Xmx32m",
          "-Xss256k",
          "-XX:MaxDirectMemorySize=32m",
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "-Dio.netty.leakDetection.level=disabled");
  private static final String HONEST = "GET /none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  private static final int CLIENTS = 1_500;

  @TempDir Path directory;

  @Test
  @DisplayName("finding H1: unfinished heads of 30 KB on 1,500 connections end no process")
  void heads_unfinished_endNoProcess() throws Exception {
    attack("GET /api/x HTTP/1.1\r\nHost: a\r\n" + fields(97), "");
  }

  @Test
  @DisplayName("finding H1: unfinished lines of 8 KB on 1,500 connections end no process")
  void lines_unfinished_endNoProcess() throws Exception {
    attack("GET /api/x HTTP/1.1\r\nHost: a\r\nX-Long: " + "v".repeat(16_000), "");
  }

  @Test
  @DisplayName("finding H1: 1,500 kept connections that brought long lines end no process")
  void connections_keptAfterLongLines_endNoProcess() throws Exception {
    String long30 = "X-Long: " + "v".repeat(30_000);
    attack("GET /none HTTP/1.1\r\nHost: a\r\n" + long30 + "\r\n\r\n", "");
  }

  @Test
  @DisplayName("finding H2: forged tokens of 15 KB while the issuer is silent end no process")
  void tokens_forgedDuringOutage_endNoProcess() throws Exception {
    TestIssuer issuer = TestIssuer.simple();
    var silent = new CountDownLatch(1);
    try (var keys = ScriptedServer.start()) {
      keys.on("/jwks", keys.after(silent, exchange -> exchange.close()));
      String token = issuer.token().claim("scope", "s ".repeat(5_000)).sign();
      String request =
          "GET /api/x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token + "\r\n" + fields(40);
      attack(request + "\r\n", "url: '" + keys.uri("/jwks") + "'");
      silent.countDown();
    }
  }

  @Test
  @DisplayName("finding H3: pipelined requests whose answers nobody reads end no process")
  void requests_pipelinedUnread_endNoProcess() throws Exception {
    attack("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(20_000), "");
  }

  /** So many field lines of about 300 bytes. */
  private static String fields(int count) {
    var fields = new StringBuilder();
    for (int i = 0; i < count; i++) {
      fields.append("X-").append(i).append(": ").append("v".repeat(300)).append("\r\n");
    }
    return fields.toString();
  }

  /** All clients send those bytes and never read; meanwhile and after that others are served. */
  private void attack(String bytes, String keys) throws Exception {
    int port = GatewayProcess.freePort();
    Path file = configuration(port, keys);
    var clients = new ArrayList<SocketChannel>();
    try (var gateway = GatewayProcess.start(directory, SMALL, "run", "-c", file.toString())) {
      gateway.awaitOutput("listening on", Duration.ofSeconds(30));
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(send(port, bytes));
        if (i % 100 == 99) {
          assertThat(honest(port)).as(gateway.output()).startsWith("HTTP/1.1 404 ");
        }
      }
      assertThat(gateway.output()).doesNotContain("OutOfMemory").doesNotContain("internal error");
    } finally {
      for (SocketChannel client : clients) {
        client.close();
      }
    }
  }

  private Path configuration(int port, String keys) throws IOException {
    String source = keys.isEmpty() ? "inline: '" + TestIssuer.simple().jwks() + "'" : keys;
    return Files.writeString(
        directory.resolve("attack.yaml"),
        """
        server: {listen: "127.0.0.1:%d"}
        admin: {listen: disabled}
        accessLog: {format: disabled}
        issuers:
          - {issuer: "https://issuer.example/", audience: "%s", keys: {%s}}
        upstreams: {app: "http://127.0.0.1:9"}
        routes:
          - {path: "/api/**", upstream: app, require: {}}
        """
            .formatted(port, TestIssuer.AUDIENCE, source));
  }

  /** As much of it as is taken at once, or within a tenth of a second. */
  private static SocketChannel send(int port, String bytes) throws IOException {
    SocketChannel client =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    client.configureBlocking(false);
    ByteBuffer left = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1));
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
    try {
      while (left.hasRemaining() && System.nanoTime() < end) {
        client.write(left);
      }
    } catch (IOException e) {
      // Refused meanwhile, which is what should happen.
    }
    return client;
  }

  private static String honest(int port) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(HONEST.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
