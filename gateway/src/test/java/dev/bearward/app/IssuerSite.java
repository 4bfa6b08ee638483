package dev.bearward.app;

import com.sun.net.httpserver.HttpServer;
import dev.bearward.testing.TestIssuer;
import dev.bearward.token.JwsAlgorithm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.function.Supplier;

/** An issuer named {@code test} with an ES256 key that publishes metadata and keys. */
final class IssuerSite implements AutoCloseable {
  private final HttpServer server;
  private final TestIssuer issuer;

  IssuerSite() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    issuer = new TestIssuer("test", url, InstantSource.system(), JwsAlgorithm.ES256);
    String metadata = "{\"issuer\":\"%s\",\"jwks_uri\":\"%sjwks\"}".formatted(url, url);
    serve("/.well-known/openid-configuration", () -> metadata);
    serve("/jwks", issuer::jwks);
    server.start();
  }

  private void serve(String path, Supplier<String> body) {
    server.createContext(
        path,
        exchange -> {
          byte[] json = body.get().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, json.length);
          exchange.getResponseBody().write(json);
          exchange.close();
        });
  }

  TestIssuer issuer() {
    return issuer;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
