package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that asks without reading the answers. */
class BackPressureTest {
  private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final byte[] MANY = REQUEST.repeat(2_000).getBytes(StandardCharsets.ISO_8859_1);
  private static final long MOST_SENT = 32L << 20;

  /** Nothing was taken for so long. */
  private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(1);

  @ParameterizedTest
  @EnumSource
  @DisplayName("finding H3: pipelined requests wait until the responses before them are taken")
  void requests_pipelinedUnread_wait(EventLoops.Transport transport) throws Exception {
    try (var server =
            TestServer.start(
                Gates.closed(Reason.NO_TOKEN),
                _ -> RecordingForwarder.ok(),
                TestServer.LIMITS,
                TestServer.TIMEOUTS,
                EventLoops.start(1, transport));
        var client = connect(server.port())) {
      long before = DirectMemory.used();
      long sent = sendUntilStuck(client);
      assertThat(sent).isLessThan(MOST_SENT);
      assertThat(DirectMemory.used() - before).isLessThan(4L << 20);
      int decided = server.listener().finished.size();
      assertThat(server.exchange(REQUEST).status()).isEqualTo(401);
      readUntil(client, () -> server.listener().finished.size() - decided > 1_000);
    }
  }

  private static SocketChannel connect(int port) throws IOException {
    SocketChannel client = SocketChannel.open();
    client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    client.configureBlocking(false);
    return client;
  }

  /** Sends whole requests until none has been taken for a while; returns the bytes sent. */
  private static long sendUntilStuck(SocketChannel client) throws IOException {
    ByteBuffer requests = ByteBuffer.wrap(MANY);
    long sent = 0;
    long last = System.nanoTime();
    while (sent < MOST_SENT && System.nanoTime() - last < STUCK_NANOS) {
      int taken = client.write(requests);
      if (taken > 0) {
        sent += taken;
        last = System.nanoTime();
      } else {
        LockSupport.parkNanos(1_000_000);
      }
      if (!requests.hasRemaining()) {
        requests.rewind();
      }
    }
    return sent;
  }

  private static void readUntil(SocketChannel client, BooleanSupplier enough) {
    ByteBuffer buffer = ByteBuffer.allocate(1024 * 1024);
    Eventually.await(
        "responses",
        () -> {
          try {
            client.read(buffer.clear());
            return enough.getAsBoolean();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
