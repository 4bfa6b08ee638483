package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.app.AttackLine.Response;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.TestIssuer;
import dev.bearward.token.JwsAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand requests on kept connections over fifty reloads, some of bad files. Odd generations
 * demand scope a and forward to upstream a, even ones b; the realm names the generation. So every
 * answer shows by what it was decided, and by what it was forwarded.
 */
class ReloadUnderLoadTest {
  private static final int RELOADS = 50;
  private static final int BAD_FILE_EVERY = 5;
  private static final int REQUESTS = 10_000;
  private static final Duration LOOKS = Duration.ofMillis(10);

  @TempDir private Path folder;

  private final AtomicInteger answered = new AtomicInteger();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  private static RawUpstream upstream(String name) {
    return RawUpstream.start(conversation -> {
      while (conversation.readRequest() != null) {
        conversation.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + name);
      }
    });
  }

  /** One kind of client: what its token may, and what may come back. */
  private record Client(String scopes, List<String> bodies, List<String> missing) {
    static final List<Client> KINDS =
        List.of(
            new Client("a", List.of("a"), List.of("b")),
            new Client("b", List.of("b"), List.of("a")),
            new Client("a b", List.of("a", "b"), List.of()));

    /** Whether an answer is that of one generation. */
    boolean accepts(Response response) {
      if (response.status() == 200) {
        return bodies.contains(response.body());
      }
      return response.status() == 403
          && missing.stream()
              .anyMatch(scope -> isRefusal(response.field("www-authenticate"), scope));
    }

    private static boolean isRefusal(String challenge, String scope) {
      String parity = scope.equals("a") ? "[13579]" : "[02468]";
      return challenge.matches(
          "Bearer realm=\"generation-[0-9]*" + parity + "\".*scope=\"" + scope + "\".*");
    }
  }

  private void load(int port, Client client, String token) throws IOException {
    String request = AttackLine.request("/x", "Authorization: Bearer " + token);
    try (var line = new AttackLine(port)) {
      while (!over) {
        line.send(request);
        Response response = line.read();
        answered.incrementAndGet();
        if (!client.accepts(response)) {
          wrong.add(client.scopes() + ": " + response);
        }
      }
    }
  }

  private String yaml(int generation, String issuer, RawUpstream a, RawUpstream b) {
    String demanded = generation % 2 == 1 ? "a" : "b";
    return """
    server: {listen: "127.0.0.1:0", realm: generation-%d}
    admin: {listen: "127.0.0.1:0"}
    issuers: [{name: test, issuer: "%s", audience: "%s"}]
    upstreams: {a: "http://127.0.0.1:%d", b: "http://127.0.0.1:%d"}
    routes: [{path: "/**", upstream: %s, require: {scopes: [%s]}}]
    """
        .formatted(generation, issuer, TestIssuer.AUDIENCE, a.port(), b.port(), demanded, demanded);
  }

  /** Puts a file in place as a whole. */
  private void write(Path file, String text) throws IOException {
    Path fresh = Files.writeString(folder.resolve("fresh"), text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  @DisplayName(
      "10,000 requests over 50 reloads: none fails, none is of two generations, keys and"
          + " connections stay")
  void reload_underLoad_failsNothingAndMixesNothing() throws Exception {
    try (var server = ScriptedServer.start();
        RawUpstream a = upstream("a");
        RawUpstream b = upstream("b");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      String url = server.uri("").toString();
      var issuer = new TestIssuer("test", url, InstantSource.system(), JwsAlgorithm.ES256);
      server.on(
          "/.well-known/openid-configuration",
          ScriptedServer.json("{\"issuer\":\"%s\",\"jwks_uri\":\"%s/jwks\"}".formatted(url, url)));
      server.on("/jwks", ScriptedServer.json(issuer.jwks()));
      Path file = folder.resolve("bearward.yaml");
      write(file, yaml(1, url, a, b));
      try (var gateway = new RunningGateway(file, LOOKS)) {
        List<Future<?>> clients =
            IntStream.range(0, 2 * Client.KINDS.size())
                .<Future<?>>mapToObj(i -> {
                  Client kind = Client.KINDS.get(i % Client.KINDS.size());
                  String token = issuer.token().scopes(kind.scopes().split(" ")).sign();
                  return threads.submit(() -> {
                    load(gateway.uri("/").getPort(), kind, token);
                    return null;
                  });
                })
                .toList();
        int bad = reloadOften(gateway, file, generation -> yaml(generation, url, a, b));
        Eventually.await("requests", () -> answered.get() >= REQUESTS || allDone(clients));
        over = true;
        for (Future<?> client : clients) {
          client.get();
        }
        assertThat(wrong).isEmpty();
        assertThat(answered.get()).isGreaterThanOrEqualTo(REQUESTS);
        assertThat(gateway.metric("bearward_config_reloads_total{outcome=\"ok\"}"))
            .isEqualTo(RELOADS);
        assertThat(gateway.metric("bearward_config_reloads_total{outcome=\"failed\"}"))
            .isEqualTo(bad);
        assertThat(gateway.metric("bearward_token_cache_requests_total{result=\"miss\"}"))
            .as("each token was verified once, but for those that came twice at once")
            .isLessThanOrEqualTo(clients.size());
        assertThat(server.hits("/.well-known/openid-configuration")).isEqualTo(1);
        assertThat(server.hits("/jwks")).as("fetches of keys").isEqualTo(1);
        assertThat(a.conversations().size() + b.conversations().size())
            .as("upstream connections, one for each client on each upstream at most")
            .isLessThanOrEqualTo(2 * clients.size());
      }
    }
  }

  private static boolean allDone(List<Future<?>> clients) {
    return clients.stream().allMatch(Future::isDone);
  }

  private interface Yaml {
    String of(int generation);
  }

  /** Changes the file again and again, while some requests pass under each; counts the bad ones. */
  private int reloadOften(RunningGateway gateway, Path file, Yaml yaml) throws IOException {
    int bad = 0;
    for (int generation = 2; generation <= RELOADS + 1; generation++) {
      int goal = answered.get() + REQUESTS / RELOADS / 2;
      if (generation % BAD_FILE_EVERY == 0) {
        bad++;
        int failures = bad;
        write(file, yaml.of(generation) + "routs: []\n");
        Eventually.await(
            "a bad file to be told",
            () -> gateway.metric("bearward_config_reloads_total{outcome=\"failed\"}") >= failures);
        assertThat(gateway.metric("bearward_config_current")).isZero();
      }
      write(file, yaml.of(generation));
      gateway.awaitGeneration(generation);
      Eventually.await("requests to pass", () -> answered.get() >= goal || over);
    }
    return bad;
  }
}
