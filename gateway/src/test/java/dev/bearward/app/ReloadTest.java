package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.server.CapturedLog;
import dev.bearward.testing.EchoUpstream;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.TestIdentity;
import dev.bearward.testing.TestIssuer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running gateway follows its file: what changes, what stays, and what a bad file does. */
class ReloadTest {
  private static final Duration LOOKS = Duration.ofMillis(10);
  private static final Duration NEVER = Duration.ofDays(1);
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static final String TWO_ROUTES =
      """
      routes:
        - {path: /one, upstream: app, public: true}
        - {path: /two, upstream: app, public: true}
      """;

  private static final String ONE_ROUTE = "routes: [{path: /one, upstream: app, public: true}]\n";

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("bearward.yaml");
  }

  private static String yaml(int port, String rest) {
    return """
    server: {listen: "127.0.0.1:0"}
    admin: {listen: "127.0.0.1:0"}
    upstreams: {app: "http://127.0.0.1:%d"}
    """
            .formatted(port)
        + rest;
  }

  private void write(String text) throws IOException {
    Path fresh = Files.writeString(folder.resolve("fresh"), text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static int status(RunningGateway gateway, String path) throws Exception {
    return gateway.send("GET", path).statusCode();
  }

  @Test
  @DisplayName("a route taken out of the file is 404 from the reload on")
  void routeRemoved_isNotFound() throws Exception {
    try (var upstream = RawUpstream.answering(OK)) {
      write(yaml(upstream.port(), TWO_ROUTES));
      try (var gateway = new RunningGateway(file, LOOKS)) {
        assertThat(status(gateway, "/two")).isEqualTo(200);
        write(yaml(upstream.port(), ONE_ROUTE));
        gateway.awaitGeneration(2);
        assertThat(status(gateway, "/two")).isEqualTo(404);
        assertThat(status(gateway, "/one")).isEqualTo(200);
        assertThat(gateway.admin("GET", "/routes").body()).doesNotContain("/two");
        assertThat(upstream.conversations()).as("the pool stays").hasSize(1);
      }
    }
  }

  @Test
  @DisplayName("a bad file: the last good one serves, the log and a metric tell once, ready stays")
  void badFile_lastGoodStays() throws Exception {
    try (var upstream = RawUpstream.answering(OK);
        var log = CapturedLog.of(Reloader.class.getName())) {
      write(yaml(upstream.port(), TWO_ROUTES));
      try (var gateway = new RunningGateway(file, LOOKS)) {
        write(
            yaml(upstream.port(), "routes:\n  - {path: /one, upstream: nowhere, public: true}\n"));
        Eventually.await("the log", () -> log.lines().size() >= 2);
        assertThat(log.lines().getFirst())
            .startsWith(file + ":5:")
            .contains("routes[0].upstream: nowhere");
        assertThat(log.lines().get(1)).startsWith("configuration NOT reloaded");
        assertThat(gateway.metric("bearward_config_reloads_total{outcome=\"failed\"}")).isOne();
        assertThat(gateway.metric("bearward_config_current")).isZero();
        assertThat(gateway.metric("bearward_config_generation")).isOne();
        assertThat(status(gateway, "/two")).isEqualTo(200);
        assertThat(gateway.admin("GET", "/health/ready").statusCode()).isEqualTo(200);
        write(yaml(upstream.port(), ONE_ROUTE));
        gateway.awaitGeneration(2);
        assertThat(gateway.metric("bearward_config_current")).isOne();
        assertThat(log.lines()).hasSize(2);
      }
    }
  }

  @Test
  @DisplayName("Kubernetes' way: the file is a link into ..data, which is swapped as a whole")
  void configMap_linkSwapped_isReloaded() throws Exception {
    try (var upstream = RawUpstream.answering(OK)) {
      version("..first", yaml(upstream.port(), TWO_ROUTES));
      swap("..first");
      Files.createSymbolicLink(file, Path.of("..data", "bearward.yaml"));
      try (var gateway = new RunningGateway(file, LOOKS)) {
        assertThat(status(gateway, "/two")).isEqualTo(200);
        version("..second", yaml(upstream.port(), ONE_ROUTE));
        swap("..second");
        gateway.awaitGeneration(2);
        assertThat(status(gateway, "/two")).isEqualTo(404);
      }
    }
  }

  private void version(String name, String text) throws IOException {
    Path version = Files.createDirectory(folder.resolve(name));
    Files.writeString(version.resolve("bearward.yaml"), text);
  }

  private void swap(String version) throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of(version));
    Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  @DisplayName("a file that a value comes from counts as well")
  void substitutedFile_changed_isReloaded() throws Exception {
    try (var upstream = RawUpstream.answering(OK)) {
      Path secret = Files.writeString(folder.resolve("path"), "/before");
      write(
          yaml(upstream.port(), "routes: [{path: \"${file:path}\", upstream: app, public: true}]"));
      try (var gateway = new RunningGateway(file, LOOKS)) {
        assertThat(status(gateway, "/before")).isEqualTo(200);
        Files.writeString(secret, "/after");
        Eventually.await(
            "the new path",
            () -> gateway.metric("bearward_config_generation") > 1 && statusNow(gateway) == 200);
      }
    }
  }

  private static int statusNow(RunningGateway gateway) {
    try {
      return status(gateway, "/after");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("told to reload, it does so without any change, and at once tells what is bad")
  void demand_reloadsAnyway() throws Exception {
    try (var upstream = RawUpstream.answering(OK);
        var log = CapturedLog.of(Reloader.class.getName())) {
      write(yaml(upstream.port(), TWO_ROUTES));
      try (var gateway = new RunningGateway(file, NEVER)) {
        gateway.reload();
        gateway.awaitGeneration(2);
        write("nonsense");
        gateway.reload();
        Eventually.await("the log", () -> !log.lines().isEmpty());
        assertThat(status(gateway, "/two")).isEqualTo(200);
      }
    }
  }

  @Test
  @DisplayName("an upstream goes while a request to it runs: that one ends, then its connection")
  void upstreamRemoved_requestInFlightEnds() throws Exception {
    var begun = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    try (var leaving =
            RawUpstream.start(conversation -> {
              if (conversation.readRequest() != null) {
                conversation.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nth");
                begun.countDown();
                await(end);
                conversation.send("en");
                conversation.readToEnd();
              }
            });
        var coming = RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnow")) {
      write(yaml(leaving.port(), ONE_ROUTE));
      try (var gateway = new RunningGateway(file, LOOKS);
          var line = new AttackLine(gateway.uri("/").getPort())) {
        line.send(AttackLine.request("/one", "X: y"));
        begun.await();
        write(yaml(coming.port(), ONE_ROUTE));
        gateway.awaitGeneration(2);
        assertThat(gateway.send("GET", "/one").body()).isEqualTo("now");
        end.countDown();
        assertThat(line.read().body()).isEqualTo("then");
        line.send(AttackLine.request("/one", "X: y"));
        assertThat(line.read().body()).as("the same client connection").isEqualTo("now");
        Eventually.await("the connection to go", () -> leaving.conversation(0).over());
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("a WebSocket goes on over reloads, even when its route and upstream are gone")
  void webSocket_survives() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    try (var echo = EchoUpstream.start();
        var other = RawUpstream.answering(OK);
        var client = HttpClient.newHttpClient()) {
      write(yaml(echo.port(), TWO_ROUTES));
      try (var gateway = new RunningGateway(file, LOOKS)) {
        URI uri = URI.create(gateway.uri("/two").toString().replace("http:", "ws:"));
        WebSocket socket = client.newWebSocketBuilder().buildAsync(uri, hearing(heard)).join();
        socket.sendText("before", true).join();
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("before");
        write(yaml(other.port(), ONE_ROUTE));
        gateway.awaitGeneration(2);
        assertThat(status(gateway, "/two")).isEqualTo(404);
        socket.sendText("after", true).join();
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("after");
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
      }
    }
  }

  private static WebSocket.Listener hearing(BlockingQueue<String> heard) {
    return new WebSocket.Listener() {
      @Override
      public @Nullable CompletionStage<?> onText(
          WebSocket socket, CharSequence text, boolean last) {
        heard.add(text.toString());
        socket.request(1);
        return null;
      }
    };
  }

  @Test
  @DisplayName("TLS: a connection goes on over a reload; an upstream's TLS is kept or made anew")
  void tls_connectionGoesOn() throws Exception {
    TestIdentity authority = TestIdentity.authority("authority");
    Files.writeString(folder.resolve("ca.crt"), authority.pem());
    authority.issue("gateway", "127.0.0.1").into(folder, "tls");
    TestIdentity app = authority.issue("app", "app.internal");
    try (RawUpstream upstream =
        RawUpstream.tls(
            app.presenting(authority),
            false,
            conversation -> {
              while (conversation.readRequest() != null) {
                conversation.send(OK);
              }
            })) {
      write(tlsYaml(upstream.port(), "app.internal", "/one"));
      try (var gateway = new RunningGateway(file, LOOKS);
          var socket = encrypted(gateway.uri("/").getPort(), authority)) {
        assertThat(ask(socket, "/one")).startsWith("HTTP/1.1 200");
        write(tlsYaml(upstream.port(), "app.internal", "/two"));
        gateway.awaitGeneration(2);
        assertThat(ask(socket, "/two")).startsWith("HTTP/1.1 200");
        assertThat(upstream.conversations()).as("the upstream's connection stays").hasSize(1);
        write(tlsYaml(upstream.port(), "elsewhere.internal", "/two"));
        gateway.awaitGeneration(3);
        assertThat(ask(socket, "/two")).as("not that name").startsWith("HTTP/1.1 502");
      }
    }
  }

  private static String tlsYaml(int port, String serverName, String path) {
    return """
    server: {listen: "127.0.0.1:0", tls: {certificate: tls.crt, key: tls.key}}
    admin: {listen: "127.0.0.1:0"}
    upstreams:
      app: {endpoints: ["https://127.0.0.1:%d"], tls: {ca: ca.crt, serverName: %s}}
    routes: [{path: %s, upstream: app, public: true}]
    """
        .formatted(port, serverName, path);
  }

  private static SSLSocket encrypted(int port, TestIdentity authority) throws IOException {
    var socket =
        (SSLSocket)
            TestIdentity.trusting(authority).getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static String ask(SSLSocket socket, String path) throws IOException {
    String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) socket.getInputStream().read());
    }
    String length = head.toString().replaceAll("(?is).*content-length: ([0-9]+)\r\n.*", "$1");
    socket.getInputStream().readNBytes(Integer.parseInt(length));
    return head.toString();
  }

  @Test
  @DisplayName("rule 173: an issuer's other audience holds for tokens verified before as well")
  void issuerChanged_cachedTokensAreJudgedAnew() throws Exception {
    var issuer = TestIssuer.simple();
    try (var upstream = RawUpstream.answering(OK)) {
      write(withIssuer(upstream.port(), issuer, TestIssuer.AUDIENCE, ""));
      try (var gateway = new RunningGateway(file, LOOKS)) {
        String token = issuer.token().sign();
        assertThat(gateway.get("/", token).statusCode()).isEqualTo(200);
        write(withIssuer(upstream.port(), issuer, "another", ""));
        gateway.awaitGeneration(2);
        HttpResponse<String> refused = gateway.get("/", token);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).contains("wrong_audience");
        write(withIssuer(upstream.port(), issuer, TestIssuer.AUDIENCE, ""));
        gateway.awaitGeneration(3);
        assertThat(gateway.get("/", token).statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  @DisplayName("claims and format of the access log, realm and body limit change with the file")
  void settings_changeWithTheFile() throws Exception {
    var issuer = TestIssuer.simple();
    try (var upstream = RawUpstream.answering(OK)) {
      write(withIssuer(upstream.port(), issuer, TestIssuer.AUDIENCE, ""));
      try (var gateway = new RunningGateway(file, LOOKS)) {
        String token = issuer.token().claim("team", "blue").sign();
        assertThat(gateway.get("/", token).statusCode()).isEqualTo(200);
        Eventually.await("a line", () -> gateway.accessLog().lines().count() == 1);
        write(
            withIssuer(
                    upstream.port(),
                    issuer,
                    TestIssuer.AUDIENCE,
                    "accessLog: {format: text, claims: [team]}\n")
                .replace("server: {", "server: {realm: other, "));
        gateway.awaitGeneration(2);
        assertThat(gateway.get("/", token).statusCode()).isEqualTo(200);
        assertThat(gateway.send("GET", "/").headers().firstValue("www-authenticate"))
            .hasValue("Bearer realm=\"other\"");
        Eventually.await("lines", () -> gateway.accessLog().lines().count() == 3);
        assertThat(gateway.accessLog().lines().toList().getFirst())
            .startsWith("{")
            .doesNotContain("blue");
        assertThat(gateway.accessLog().lines().toList().get(1)).contains("claim.team=blue");
      }
    }
  }

  @Test
  @DisplayName("what an address has used of its budget of bad tokens is used after a reload too")
  void junkBudget_isKept() throws Exception {
    var issuer = TestIssuer.simple();
    String limits = "limits: {failedVerifications: {perAddress: 3, per: 1h}}, ";
    try (var upstream = RawUpstream.answering(OK)) {
      String before =
          withIssuer(upstream.port(), issuer, TestIssuer.AUDIENCE, "")
              .replace("server: {", "server: {" + limits);
      write(before);
      try (var gateway = new RunningGateway(file, LOOKS)) {
        for (int i = 0; i < 3; i++) {
          assertThat(gateway.get("/", "a.b." + i).statusCode()).isEqualTo(401);
        }
        assertThat(gateway.get("/", "a.b.c").statusCode()).isEqualTo(429);
        write(before + "tokenCache: {maxBytes: 1MiB}\n");
        gateway.awaitGeneration(2);
        assertThat(gateway.get("/", "a.b.c").statusCode()).isEqualTo(429);
        write(before.replace("perAddress: 3", "perAddress: 4"));
        gateway.awaitGeneration(3);
        assertThat(gateway.get("/", "a.b.c").statusCode()).as("another budget").isEqualTo(401);
      }
    }
  }

  private static String withIssuer(int port, TestIssuer issuer, String audience, String more) {
    return yaml(port, "routes: [{path: /**, upstream: app, require: {}}]\n")
        + "issuers: [{name: test, issuer: \"%s\", audience: \"%s\", keys: {inline: '%s'}}]\n"
            .formatted(issuer.issuer(), audience, issuer.jwks().replaceAll("\\s", ""))
        + more;
  }

  @Test
  @DisplayName("what only a restart changes is named, and the rest of the file holds")
  void restartOnly_isNamedAndKept() throws Exception {
    try (var upstream = RawUpstream.answering(OK);
        var log = CapturedLog.of(Reloader.class.getName())) {
      write(yaml(upstream.port(), TWO_ROUTES));
      try (var gateway = new RunningGateway(file, LOOKS)) {
        write(
            """
            server: {listen: "127.0.0.1:1", requestIdHeader: X-Trace, limits: {pending: 7}}
            admin: {listen: "127.0.0.1:0", token: "0123456789abcdef0123"}
            revocation: {persist: revoked.json}
            upstreams: {app: "http://127.0.0.1:%d"}
            """
                    .formatted(upstream.port())
                + ONE_ROUTE);
        gateway.awaitGeneration(2);
        assertThat(status(gateway, "/two")).isEqualTo(404);
        assertThat(gateway.send("GET", "/one").headers().firstValue("X-Request-Id")).isPresent();
        Eventually.await("the log", () -> log.lines().size() >= 5);
        assertThat(String.join("\n", log.lines()))
            .contains(
                "server.listen: changed (expected: the same until a restart)",
                "server.requestIdHeader: changed",
                "server.limits.pending: changed",
                "admin.token: changed",
                "revocation.persist: changed")
            .doesNotContain("0123456789abcdef0123")
            .doesNotContain("server.tls", "admin.listen");
        var plain = HttpRequest.newBuilder(gateway.uri("/one")).build();
        try (var client = HttpClient.newHttpClient()) {
          assertThat(client.send(plain, HttpResponse.BodyHandlers.ofString()).body())
              .isEqualTo("ok");
        }
      }
    }
  }
}
