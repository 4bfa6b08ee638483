import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Records an AOT cache (JEP 514): starts the gateway with {@code -XX:AOTCacheOutput}, in front of an
 * issuer and an API of its own on loopback, sends it what a day brings, and ends it with SIGTERM.
 * Fails when any answer is not the expected one, so that no cache comes from a broken run.
 *
 * <p>Run from source: {@code java Training.java CACHE COMMAND...}, where the command starts the
 * gateway's JVM up to and including {@code -jar bearward.jar}, without the command line of it.
 */
final class Training {
  /** Enough for the profiles of the hot path to be worth keeping (JEP 515). */
  private static final int ROUNDS = 500;

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final KeyPair rsa;
  private final KeyPair ec;
  private final HttpServer site;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port;
  private final int adminPort;

  private Training() throws IOException, GeneralSecurityException {
    KeyPairGenerator rsaKeys = KeyPairGenerator.getInstance("RSA");
    rsaKeys.initialize(2048);
    rsa = rsaKeys.generateKeyPair();
    KeyPairGenerator ecKeys = KeyPairGenerator.getInstance("EC");
    ecKeys.initialize(new ECGenParameterSpec("secp256r1"));
    ec = ecKeys.generateKeyPair();
    site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    port = freePort();
    adminPort = freePort();
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 2) {
      System.err.println("usage: java Training.java CACHE COMMAND...");
      System.exit(2);
    }
    var training = new Training();
    Path directory = Files.createTempDirectory("bearward-training");
    try {
      training.record(
          Path.of(arguments[0]).toAbsolutePath(),
          Arrays.asList(arguments).subList(1, arguments.length),
          directory.resolve("training.yaml"));
    } finally {
      training.site.stop(0);
    }
    System.exit(0);
  }

  private void record(Path cache, List<String> jvm, Path configuration) throws Exception {
    serveSite();
    Files.writeString(configuration, configuration());
    var command = new ArrayList<>(jvm);
    command.add(command.indexOf("-jar"), "-XX:AOTCacheOutput=" + cache);
    command.addAll(List.of("run", "-c", configuration.toString()));
    Process gateway =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(logFile(cache)).start();
    try {
      awaitReady(gateway);
      for (int round = 0; round < ROUNDS; round++) {
        everyAnswer(round);
      }
      gateway.destroy();
      if (!gateway.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || gateway.exitValue() != 0) {
        throw new IllegalStateException("the gateway's end: not a clean one (expected: exit code 0)");
      }
    } finally {
      gateway.destroyForcibly();
    }
    if (!Files.isRegularFile(cache)) {
      throw new IllegalStateException(cache + ": not written; see " + logFile(cache));
    }
    System.out.println(cache + ": " + Files.size(cache) / 1024 / 1024 + " MiB");
  }

  private static java.io.File logFile(Path cache) {
    return cache.resolveSibling(cache.getFileName() + ".log").toFile();
  }

  private String issuer() {
    return "http://127.0.0.1:" + site.getAddress().getPort() + "/";
  }

  private String configuration() {
    return """
    server:
      listen: 127.0.0.1:%d
    admin:
      listen: 127.0.0.1:%d
    issuers:
      - issuer: %s
        audience: training
    upstreams:
      app: %s
    defaults:
      identity: {X-User: sub}
      cors: {origins: ["https://app.example.com"]}
    routes:
      - path: /api/**
        methods: [GET, HEAD]
        upstream: app
        require: {scopes: ["read"]}
      - path: /api/**
        methods: [POST]
        upstream: app
        require: {scopes: ["write"], claims: [{claim: [realm, roles], contains: editor}]}
      - path: /public
        upstream: app
        public: true
    """
        .formatted(port, adminPort, issuer(), "http://127.0.0.1:" + site.getAddress().getPort());
  }

  private void serveSite() {
    site.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    site.createContext(
        "/.well-known/openid-configuration",
        exchange ->
            json(
                exchange,
                "{\"issuer\":\"" + issuer() + "\",\"jwks_uri\":\"" + issuer() + "keys\"}"));
    site.createContext("/keys", exchange -> json(exchange, keySet()));
    site.createContext("/", exchange -> json(exchange, "{\"path\":\"" + exchange.getRequestURI() + "\"}"));
    site.start();
  }

  private static void json(HttpExchange exchange, String text) throws IOException {
    try (exchange; InputStream sent = exchange.getRequestBody()) {
      sent.readAllBytes();
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(200, head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private String keySet() {
    var rsaKey = (RSAPublicKey) rsa.getPublic();
    var ecKey = (ECPublicKey) ec.getPublic();
    return """
    {"keys":[
      {"kty":"RSA","kid":"r","use":"sig","alg":"RS256","n":"%s","e":"%s"},
      {"kty":"EC","kid":"e","use":"sig","crv":"P-256","x":"%s","y":"%s"}]}
    """
        .formatted(
            unsigned(rsaKey.getModulus(), 256),
            unsigned(rsaKey.getPublicExponent(), 3),
            unsigned(ecKey.getW().getAffineX(), 32),
            unsigned(ecKey.getW().getAffineY(), 32));
  }

  private static String unsigned(BigInteger number, int length) {
    byte[] bytes = new byte[length];
    byte[] raw = number.toByteArray();
    int copied = Math.min(raw.length, length);
    System.arraycopy(raw, raw.length - copied, bytes, length - copied, copied);
    return BASE64.encodeToString(bytes);
  }

  private void awaitReady(Process gateway) throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      try {
        if (send(get(adminPort, "/health/ready").build()).statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        // Not listening yet.
      }
      if (!gateway.isAlive() || Instant.now().isAfter(end)) {
        throw new IllegalStateException("the gateway: not ready (expected: within " + PATIENCE + ")");
      }
      Thread.sleep(50);
    }
  }

  /** One of everything: new and known tokens of both families, refusals, a body, a preflight, metrics. */
  private void everyAnswer(int round) throws Exception {
    String fresh = token(rsa, "RS256", "r", round, "read write", round % 2 == 0 ? "editor" : "reader");
    expect(200, get(port, "/api/things?page=" + round).header("Authorization", "Bearer " + fresh));
    expect(200, get(port, "/api/things/" + round % 50).header("Authorization", "Bearer " + fresh));
    expect(
        round % 2 == 0 ? 200 : 403,
        get(port, "/api/things")
            .header("Authorization", "Bearer " + fresh)
            .POST(BodyPublishers.ofString("{\"name\":\"thing\"}")));
    if (round % 10 != 0) {
      return;
    }
    String onCurve = token(ec, "ES256", "e", round, "read", "reader");
    expect(200, get(port, "/api/things").header("Authorization", "Bearer " + onCurve));
    expect(401, get(port, "/api/things"));
    expect(401, get(port, "/api/things").header("Authorization", "Bearer " + onCurve + "A"));
    expect(404, get(port, "/elsewhere"));
    expect(405, get(port, "/api/things").DELETE());
    expect(200, get(port, "/public"));
    expect(
        204,
        get(port, "/api/things")
            .header("Origin", "https://app.example.com")
            .header("Access-Control-Request-Method", "GET")
            .method("OPTIONS", BodyPublishers.noBody()));
    if (round % 300 == 0) {
      expect(200, get(adminPort, "/metrics"));
      expect(200, get(adminPort, "/health/live"));
    }
  }

  private static HttpRequest.Builder get(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(30));
  }

  private void expect(int status, HttpRequest.Builder request) throws Exception {
    HttpResponse<String> response = send(request.build());
    if (response.statusCode() != status) {
      throw new IllegalStateException(
          response.request().method() + " " + response.uri() + ": " + response.statusCode() + " "
              + response.body() + " (expected: " + status + ")");
    }
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofString());
  }

  private String token(KeyPair keys, String algorithm, String kid, int number, String scope, String role)
      throws GeneralSecurityException {
    long now = Instant.now().getEpochSecond();
    String header = "{\"alg\":\"" + algorithm + "\",\"typ\":\"at+jwt\",\"kid\":\"" + kid + "\"}";
    String claims =
        """
        {"iss":"%s","aud":["training"],"sub":"user-%d","client_id":"app","jti":"%s-%d","iat":%d,"exp":%d,\
        "scope":"%s","realm":{"roles":["%s"]}}"""
            .formatted(issuer(), number, kid, number, now, now + 3600, scope, role);
    String signed = encoded(header) + "." + encoded(claims);
    Signature signature =
        Signature.getInstance(
            algorithm.equals("RS256") ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
    signature.initSign(keys.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + BASE64.encodeToString(signature.sign());
  }

  private static String encoded(String text) {
    return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
