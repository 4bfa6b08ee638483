package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Conversation;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exchanges in flight count over reloads: not anew, not twice, and until they end. */
class ConcurrencyReloadTest {
  private static final Duration LOOKS = Duration.ofMillis(10);

  @TempDir private Path folder;
  private final AtomicInteger arrived = new AtomicInteger();
  private final List<Conversation> waiting = new ArrayList<>();
  private volatile CountDownLatch release = new CountDownLatch(1);
  private RawUpstream upstream;
  private RunningGateway gateway;
  private int generation = 1;

  @BeforeEach
  void start() throws IOException {
    upstream =
        RawUpstream.start(wire -> {
          for (String head = wire.readRequest(); head != null; head = wire.readRequest()) {
            CountDownLatch end = release;
            if (head.startsWith("GET /slow/wait")) {
              arrived.incrementAndGet();
              await(end);
            }
            wire.send(Story.OK);
          }
        });
    write(2, "");
    gateway = new RunningGateway(folder.resolve("bearward.yaml"), LOOKS);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void stop() throws IOException {
    release.countDown();
    for (Conversation wire : waiting) {
      wire.close();
    }
    gateway.close();
    upstream.close();
  }

  private void write(int concurrency, String more) throws IOException {
    writeRoutes(
        "  - {path: /slow/**, upstream: app, public: true, limits: {concurrency: %d}}\n"
                .formatted(concurrency)
            + more);
  }

  private void writeRoutes(String routes) throws IOException {
    String text =
        """
        server: {listen: "127.0.0.1:0"}
        admin: {listen: "127.0.0.1:0"}
        upstreams: {app: "http://127.0.0.1:%d"}
        routes:
          - {path: /free, upstream: app, public: true}
        %s\
        """
            .formatted(upstream.port(), routes);
    Path fresh = Files.writeString(folder.resolve("fresh"), text);
    Files.move(fresh, folder.resolve("bearward.yaml"), StandardCopyOption.ATOMIC_MOVE);
  }

  private void reloaded() {
    generation++;
    gateway.awaitGeneration(generation);
  }

  /** Begins a request that the upstream does not answer yet. */
  private void begin() throws IOException {
    var wire =
        new Conversation(new Socket(InetAddress.getLoopbackAddress(), gateway.uri("/").getPort()));
    waiting.add(wire);
    int before = arrived.get();
    wire.send("GET /slow/wait HTTP/1.1\r\nHost: a\r\n\r\n");
    Eventually.await("the request upstream", () -> arrived.get() == before + 1);
  }

  /** Lets all that waits be answered, and reads it. */
  private void end() throws IOException {
    CountDownLatch before = release;
    release = new CountDownLatch(1);
    before.countDown();
    for (Conversation wire : waiting) {
      assertThat(wire.readHead()).contains(" 200 ");
      wire.close();
    }
    waiting.clear();
  }

  private int status() {
    try {
      return gateway.send("GET", "/slow/now").statusCode();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void placesAreFree() {
    Eventually.await("a place", () -> status() == 200);
  }

  @Test
  @DisplayName(
      "contract: what was let in before a reload counts after it, and frees its place once")
  void inFlight_overReloads_countsOnce() throws IOException {
    begin();
    begin();
    for (int i = 0; i < 3; i++) {
      write(2, "  - {path: /more/%d, upstream: app, public: true}\n".formatted(i));
      reloaded();
      assertThat(status()).as("after reload %d", i).isEqualTo(503);
    }
    end();
    placesAreFree();
    begin();
    begin();
    assertThat(status()).as("two places, and no third").isEqualTo(503);
  }

  @Test
  @DisplayName("contract: another limit holds for those in flight as well")
  void inFlight_underAnotherLimit_counts() throws IOException {
    begin();
    begin();
    write(3, "");
    reloaded();
    assertThat(status()).isEqualTo(200);
    begin();
    assertThat(status()).isEqualTo(503);
    write(1, "");
    reloaded();
    end();
    placesAreFree();
    begin();
    assertThat(status()).as("one place").isEqualTo(503);
  }

  @Test
  @DisplayName("contract: a route that goes and comes back finds what is still in flight on it")
  void inFlight_routeComesBack_counts() throws IOException {
    begin();
    begin();
    writeRoutes("");
    reloaded();
    assertThat(status()).isEqualTo(404);
    write(2, "");
    reloaded();
    assertThat(status()).isEqualTo(503);
    end();
    placesAreFree();
  }
}
