package dev.bearward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.bearward.testing.TestIssuer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM under load: what was sent is answered, then the process ends by itself. */
class DrainTest {
  private static final int CLIENTS = 8;

  @TempDir Path directory;

  @Test
  @DisplayName("SIGTERM under load: no request fails, requests in flight end, exit code 0")
  void sigterm_underLoad_failsNoRequest() throws Exception {
    var slowStarted = new CountDownLatch(1);
    HttpServer upstream = upstream(slowStarted);
    var failures = new ConcurrentLinkedQueue<String>();
    var answered = new AtomicInteger();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      int port = GatewayProcess.freePort();
      Path file = configuration(port, upstream.getAddress().getPort());
      try (var gateway = GatewayProcess.start(directory, List.of(), "run", "-c", file.toString())) {
        gateway.awaitOutput("listening on", Duration.ofSeconds(30));
        List<Future<?>> loops =
            IntStream.range(0, CLIENTS)
                .<Future<?>>mapToObj(
                    i -> clients.submit(() -> callUntilRefused(port, answered, failures)))
                .toList();
        Future<HttpResponse<String>> slow = clients.submit(() -> get(client(), port, "/slow"));
        assertThat(slowStarted.await(10, TimeUnit.SECONDS)).isTrue();
        while (answered.get() < 500) {
          TimeUnit.MILLISECONDS.sleep(5);
        }
        gateway.terminate();
        assertThat(slow.get(20, TimeUnit.SECONDS).body()).isEqualTo("slow");
        for (Future<?> loop : loops) {
          loop.get(20, TimeUnit.SECONDS);
        }
        assertThat(gateway.awaitExit(Duration.ofSeconds(20))).isZero();
      }
    } finally {
      upstream.stop(0);
    }
    assertThat(failures).isEmpty();
  }

  private static void callUntilRefused(
      int port, AtomicInteger answered, ConcurrentLinkedQueue<String> failures) {
    try (HttpClient client = client()) {
      while (true) {
        HttpResponse<String> response = get(client, port, "/quick");
        if (response.statusCode() != 200 || !response.body().equals("quick")) {
          failures.add(response.statusCode() + " " + response.body());
          return;
        }
        answered.incrementAndGet();
      }
    } catch (ConnectException e) {
      // The listener is closed: the request was never taken, so it did not fail.
      return;
    } catch (IOException | InterruptedException e) {
      failures.add(e.toString());
    }
  }

  private static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  private static HttpResponse<String> get(HttpClient client, int port, String path)
      throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:" + port + path);
    return client.send(
        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpServer upstream(CountDownLatch slowStarted) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/quick", exchange -> answer(exchange, "quick"));
    server.createContext(
        "/slow",
        exchange -> {
          slowStarted.countDown();
          try {
            TimeUnit.SECONDS.sleep(2);
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          answer(exchange, "slow");
        });
    server.start();
    return server;
  }

  private static void answer(com.sun.net.httpserver.HttpExchange exchange, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private Path configuration(int port, int upstreamPort) throws IOException {
    return Files.writeString(
        directory.resolve("drain.yaml"),
        """
        server: {listen: "127.0.0.1:%d"}
        admin: {listen: disabled}
        issuers:
          - {issuer: "https://issuer.example/", audience: api, keys: {inline: '%s'}}
        upstreams: {app: "http://127.0.0.1:%d"}
        routes:
          - {path: "/**", upstream: app, public: true}
        """
            .formatted(port, TestIssuer.simple().jwks(), upstreamPort));
  }
}
