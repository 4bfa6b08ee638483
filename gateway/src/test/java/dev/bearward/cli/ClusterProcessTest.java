package dev.bearward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Eventually;
import dev.bearward.testing.RateOver;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.RedisServer;
import dev.bearward.testing.TestIssuer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three gateways, each a process of its own, that share a real Redis. */
@Tag("redis")
@Timeout(240)
class ClusterProcessTest {
  private static final Duration START = Duration.ofSeconds(60);
  private static final String PASSWORD = "hunter2";

  @TempDir private Path folder;

  private final TestIssuer issuer = TestIssuer.simple();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** A process and where it listens. */
  private record Instance(GatewayProcess process, int port, int admin) {
    URI uri(String path) {
      return URI.create("http://127.0.0.1:" + port + path);
    }
  }

  private Instance start(RedisServer redis, RawUpstream upstream, String level) throws Exception {
    int port = GatewayProcess.freePort();
    int admin = GatewayProcess.freePort();
    Path file = folder.resolve(port + ".yaml");
    Files.writeString(
        file,
        """
        server: {listen: "127.0.0.1:%d"}
        admin: {listen: "127.0.0.1:%d", token: admin-token-of-the-test}
        issuers: [{name: test, issuer: "%s", audience: "appointments:api", keys: {inline: '%s'}}]
        upstreams: {app: "http://127.0.0.1:%d"}
        routes:
          - {path: /hundred, upstream: app, require: {}, rateLimit: {requests: 100, per: 1s}}
          - {path: /plain, upstream: app, require: {}}
        cluster: {redis: "redis://:${REDIS_PASSWORD}@127.0.0.1:%d"}
        """
            .formatted(
                port,
                admin,
                issuer.issuer(),
                issuer.jwks().replaceAll("\\s+", ""),
                upstream.port(),
                redis.port()));
    var process =
        GatewayProcess.start(
            folder,
            List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m"),
            Map.of("REDIS_PASSWORD", PASSWORD, "BEARWARD_LOG_LEVEL", level),
            "run",
            "-c",
            file.toString());
    return new Instance(process, port, admin);
  }

  private HttpResponse<String> get(URI uri, String token) {
    try {
      return client.send(
          HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> revoke(Instance instance, String jti)
      throws IOException, InterruptedException {
    String json =
        "{\"jti\":\"%s\",\"expiresAt\":\"%s\"}".formatted(jti, Instant.now().plusSeconds(3600));
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + instance.admin() + "/revocations"))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer admin-token-of-the-test")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  @DisplayName(
      "contract: three processes are one; rule 186: at no level does a log show the password")
  void processes_shareRatesAndRevocations() throws Exception {
    var instances = new ArrayList<Instance>();
    try (var redis = RedisServer.start(folder, "--requirepass", PASSWORD);
        var upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
      for (int i = 0; i < 3; i++) {
        instances.add(start(redis, upstream, i == 0 ? "trace" : "info"));
      }
      for (Instance instance : instances) {
        instance.process().awaitOutput("listening on", START);
      }
      String token = issuer.token().claim("jti", "one").sign();
      List<URI> places = instances.stream().map(one -> one.uri("/hundred")).toList();
      assertThat(RateOver.of(places, token, Duration.ofSeconds(8))).isBetween(95.0, 105.0);

      for (Instance instance : instances) {
        assertThat(get(instance.uri("/plain"), token).statusCode()).isEqualTo(200);
      }
      assertThat(revoke(instances.getFirst(), "one").body()).contains("\"shared\":true");
      long told = System.nanoTime();
      for (Instance instance : instances) {
        Eventually.await(
            "it to hold", () -> get(instance.uri("/plain"), token).statusCode() == 401);
      }
      assertThat(System.nanoTime() - told).isLessThan(Duration.ofSeconds(1).toNanos());
      for (Instance instance : instances) {
        assertThat(instance.process().output())
            .contains("redis://:(hidden)@127.0.0.1:")
            .doesNotContain(PASSWORD);
      }
    } finally {
      instances.forEach(instance -> instance.process().close());
      client.close();
    }
  }
}
