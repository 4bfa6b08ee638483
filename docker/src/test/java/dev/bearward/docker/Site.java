package dev.bearward.docker;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** An issuer and an API on loopback; {@code /slow} waits until it is told to go on. */
final class Site implements AutoCloseable {
  private final HttpServer server;
  private final RSAKey key;
  private final CountDownLatch slowBegun = new CountDownLatch(1);
  private final CountDownLatch slowMayEnd = new CountDownLatch(1);

  private Site(HttpServer server, RSAKey key) {
    this.server = server;
    this.key = key;
  }

  static Site start() throws IOException, JOSEException {
    RSAKey key = new RSAKeyGenerator(2048).keyID("k").algorithm(JWSAlgorithm.RS256).generate();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var site = new Site(server, key);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    site.serve(
        "/.well-known/openid-configuration",
        "{\"issuer\":\"%1$s/\",\"jwks_uri\":\"%1$s/keys\"}".formatted(site.url()));
    site.serve("/keys", new JWKSet(key.toPublicJWK()).toString());
    site.serve("/", "{\"fine\":true}");
    server.createContext(
        "/slow",
        exchange -> {
          site.slowBegun.countDown();
          try {
            site.slowMayEnd.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          answer(exchange, "slow");
        });
    server.start();
    return site;
  }

  private void serve(String path, String text) {
    server.createContext(path, exchange -> answer(exchange, text));
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  String issuer() {
    return url() + "/";
  }

  CountDownLatch slowBegun() {
    return slowBegun;
  }

  void endSlow() {
    slowMayEnd.countDown();
  }

  /** The three variables, and where to listen. */
  Map<String, String> variables(int port, int adminPort) {
    var variables = new LinkedHashMap<String, String>();
    variables.put("BEARWARD_ISSUER", issuer());
    variables.put("BEARWARD_AUDIENCE", "api");
    variables.put("BEARWARD_UPSTREAM", url());
    variables.put("BEARWARD_LISTEN", "127.0.0.1:" + port);
    variables.put("BEARWARD_ADMIN", "127.0.0.1:" + adminPort);
    return variables;
  }

  String token(String subject) {
    Instant now = Instant.now();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer())
            .audience("api")
            .subject(subject)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(3600)))
            .build();
    var token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(new JOSEObjectType("at+jwt"))
                .keyID("k")
                .build(),
            claims);
    try {
      token.sign(new RSASSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return token.serialize();
  }

  /** A port of loopback that was free a moment ago. */
  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    endSlow();
    server.stop(0);
  }
}
