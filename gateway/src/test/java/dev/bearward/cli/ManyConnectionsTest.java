package dev.bearward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.TestIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole process with the memory that it has in a container of 256 MiB. */
@Tag("ci")
@Tag("memory")
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ManyConnectionsTest {
  private static final int IDLE = 10_000;
  private static final int ACTIVE = 1_000;
  private static final int ROUNDS = 10;
  private static final int CLIENTS_PER_ADDRESS = 2_000;
  private static final long CONTAINER = 256L << 20;
  private static final String OK =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1024\r\n\r\n"
          + "x".repeat(1024);

  @TempDir Path directory;

  private final TestIssuer issuer = TestIssuer.simple();
  private final List<SocketChannel> open = new ArrayList<>();

  @Test
  @DisplayName("rule 187: 10,000 idle connections and 1,000 active ones fit into 256 MiB")
  void connections_idleAndActive_fitIntoTheContainer() throws Exception {
    try (var upstream = RawUpstream.answering(OK)) {
      int port = GatewayProcess.freePort();
      Path file = configuration(port, upstream.port());
      try (var gateway = GatewayProcess.start(directory, options(), "run", "-c", file.toString())) {
        gateway.awaitOutput("listening on", Duration.ofSeconds(60));
        String request = request();
        for (int i = 0; i < IDLE; i++) {
          SocketChannel client = connect(port, i);
          open.add(client);
          assertThat(exchange(client, request)).as("idle %d", i).isEqualTo(200);
        }
        long idle = gateway.peakResidentBytes();
        active(port, request);
        assertThat(exchange(open.getFirst(), request)).as("the oldest still serves").isEqualTo(200);
        long peak = gateway.peakResidentBytes();
        System.out.printf(
            "%d idle: %d MiB; %d active beside them: %d MiB%n",
            IDLE, idle >> 20, ACTIVE, peak >> 20);
        assertThat(peak).isLessThan(CONTAINER);
        assertThat(gateway.output()).doesNotContain("OutOfMemory").doesNotContain("internal error");
      } finally {
        for (SocketChannel client : open) {
          client.close();
        }
      }
    }
  }

  /** All are connected before the first sends its first request. */
  private void active(int port, String request) throws Exception {
    var connected = new CountDownLatch(ACTIVE);
    List<Future<Integer>> served = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < ACTIVE; i++) {
        int number = IDLE + i;
        Callable<Integer> client =
            () -> {
              try (var channel = connect(port, number)) {
                connected.countDown();
                connected.await();
                int good = 0;
                for (int round = 0; round < ROUNDS; round++) {
                  good += exchange(channel, request) == 200 ? 1 : 0;
                }
                return good;
              }
            };
        served.add(threads.submit(client));
      }
    }
    for (Future<Integer> client : served) {
      assertThat(client.get()).isEqualTo(ROUNDS);
    }
  }

  /** The options that the launcher reads; as in the image, a third of memory for each kind. */
  private static List<String> options() throws IOException {
    Stream<String> shipped =
        Files.readAllLines(Path.of("src", "main", "dist", "jvm.options")).stream()
            .filter(line -> line.startsWith("-X") || line.startsWith("-D"));
    return Stream.concat(shipped, Stream.of("-Xmx85m", "-XX:MaxDirectMemorySize=85m")).toList();
  }

  private Path configuration(int port, int upstreamPort) throws IOException {
    return Files.writeString(
        directory.resolve("many.yaml"),
        """
        server: {listen: "127.0.0.1:%d", timeouts: {idle: 10m}}
        admin: {listen: disabled}
        accessLog: {format: disabled}
        issuers:
          - {issuer: "%s", audience: "%s", keys: {inline: '%s'}}
        upstreams:
          app: {endpoints: ["http://127.0.0.1:%d"], pool: {wait: 30s}}
        routes:
          - {path: "/**", upstream: app, require: {}}
        """
            .formatted(port, issuer.issuer(), TestIssuer.AUDIENCE, issuer.jwks(), upstreamPort));
  }

  private String request() {
    return "GET /api/x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
        + issuer.token().sign()
        + "\r\n\r\n";
  }

  /** From several addresses, since one has not ports enough for everybody. */
  private static SocketChannel connect(int port, int number) throws IOException {
    byte[] from = {127, 0, 0, (byte) (2 + number / CLIENTS_PER_ADDRESS)};
    SocketChannel client = SocketChannel.open();
    client.bind(new InetSocketAddress(InetAddress.getByAddress(from), 0));
    client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return client;
  }

  /** The status of a response that came whole. */
  private static int exchange(SocketChannel client, String request) throws IOException {
    client.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    ByteBuffer response = ByteBuffer.allocate(4 * 1024);
    while (true) {
      if (client.read(response) < 0) {
        throw new IOException("end of connection");
      }
      String text =
          new String(response.array(), 0, response.position(), StandardCharsets.ISO_8859_1);
      int body = text.indexOf("\r\n\r\n") + 4;
      if (body >= 4 && (text.length() - body == 1024 || !text.startsWith("HTTP/1.1 200"))) {
        return Integer.parseInt(text.substring(9, 12));
      }
    }
  }
}
