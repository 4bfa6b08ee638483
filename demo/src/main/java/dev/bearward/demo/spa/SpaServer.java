package dev.bearward.demo.spa;

import dev.bearward.demo.web.Json;
import dev.bearward.demo.web.Request;
import dev.bearward.demo.web.Response;
import dev.bearward.demo.web.WebServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/** The single-page app's files. The callback is the same page: the app reads the fragment. */
public final class SpaServer implements AutoCloseable {
  private static final String POLICY = "Content-Security-Policy";

  private final WebServer server;

  private SpaServer(WebServer server) {
    this.server = server;
  }

  /**
   * Listens on {@code address}.
   *
   * @throws java.net.BindException when the port is taken
   */
  public static SpaServer start(InetSocketAddress address, SpaSettings settings)
      throws IOException {
    Map<String, Response> files = files(settings);
    String policy = policy(settings);
    return new SpaServer(
        WebServer.start(address, request -> answer(files, request).with(POLICY, policy)));
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
  }

  private static Response answer(Map<String, Response> files, Request request) {
    Response file = files.get(request.path());
    if (file == null) {
      return Response.notFound();
    }
    return request.method().equals("GET") ? file : Response.methodNotAllowed("GET, HEAD");
  }

  private static Map<String, Response> files(SpaSettings settings) {
    Response page = file("index.html", "text/html; charset=utf-8");
    String script = "text/javascript; charset=utf-8";
    String config =
        "export const settings = "
            + new String(Json.write(settings.json()), StandardCharsets.UTF_8)
            + ";\n";
    return Map.of(
        "/",
        page,
        "/callback",
        page,
        "/app.css",
        file("app.css", "text/css; charset=utf-8"),
        "/app.js",
        file("app.js", script),
        "/session.js",
        file("session.js", script),
        "/gateway.js",
        file("gateway.js", script),
        "/view.js",
        file("view.js", script),
        "/icon.svg",
        file("icon.svg", "image/svg+xml"),
        "/config.js",
        Response.of(200, script, config.getBytes(StandardCharsets.UTF_8)));
  }

  private static Response file(String name, String contentType) {
    try (InputStream in = SpaServer.class.getResourceAsStream(name)) {
      return Response.of(200, contentType, Objects.requireNonNull(in, name).readAllBytes())
          .with("Referrer-Policy", "no-referrer")
          .with("Cross-Origin-Opener-Policy", "same-origin");
    } catch (IOException brokenJar) {
      throw new IllegalStateException("cannot read " + name, brokenJar);
    }
  }

  private static String policy(SpaSettings settings) {
    return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src "
        + origin(settings.issuer())
        + " "
        + origin(settings.gateway())
        + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  }

  private static String origin(String address) {
    URI uri = URI.create(address);
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }
}
