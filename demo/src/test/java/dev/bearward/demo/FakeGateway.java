package dev.bearward.demo;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Stands in for the gateway's process where a test is about the starter: it answers its two ports,
 * or ends with a message. Only the JDK is on its class path.
 */
public final class FakeGateway {
  private FakeGateway() {}

  /** {@code run -c FILE}: FILE's first line says what to do. */
  public static void main(String[] args) throws IOException {
    String behaviour = java.nio.file.Files.readString(java.nio.file.Path.of(args[2])).strip();
    System.out.println("fake gateway: " + List.of(args).subList(0, 2) + " " + behaviour);
    switch (behaviour) {
      case "die" -> System.exit(7);
      case "serve" -> serve(200);
      case "refuse" -> serve(503);
      default -> throw new IllegalArgumentException("behaviour: " + behaviour);
    }
  }

  private static void serve(int status) throws IOException {
    serve("DEMO_GATEWAY_PORT", status).start();
    HttpServer admin = serve("DEMO_ADMIN_PORT", 200);
    admin.createContext("/die", exchange -> System.exit(7));
    admin.start();
  }

  private static HttpServer serve(String variable, int status) throws IOException {
    int port = Integer.parseInt(System.getenv(variable));
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    HttpServer server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    return server;
  }
}
