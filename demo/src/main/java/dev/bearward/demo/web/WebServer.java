package dev.bearward.demo.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/** The JDK's HTTP server with one handler and a virtual thread per request. */
public final class WebServer implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger(WebServer.class.getName());

  static {
    // Read once by the JDK's server. Without it a small answer waits for Nagle's algorithm and the
    // peer's delayed acknowledgement, 40 ms together.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads;

  private WebServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /** The IPv4 loopback address and {@code port}; the demo listens nowhere else. */
  public static InetSocketAddress loopback(int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    } catch (IOException impossible) {
      throw new IllegalStateException("four bytes are an address", impossible);
    }
  }

  /**
   * Listens on {@code address}; port 0 takes any free one.
   *
   * @throws java.net.BindException when the port is taken
   */
  public static WebServer start(InetSocketAddress address, Handler handler) throws IOException {
    return startKnowingPort(address, port -> handler);
  }

  /** The same for a handler that has to know the port. */
  public static WebServer startKnowingPort(
      InetSocketAddress address, IntFunction<Handler> handlerOfPort) throws IOException {
    HttpServer server = HttpServer.create(address, 0);
    Handler handler = handlerOfPort.apply(server.getAddress().getPort());
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext("/", exchange -> serve(exchange, handler));
    server.start();
    return new WebServer(server, threads);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static void serve(HttpExchange exchange, Handler handler) throws IOException {
    try (exchange) {
      send(exchange, answer(new Request(exchange), handler));
    }
  }

  private static Response answer(Request request, Handler handler) throws IOException {
    try {
      return handler.handle(request);
    } catch (IOException brokenConnection) {
      throw brokenConnection;
    } catch (Exception bug) {
      LOGGER.log(Level.ERROR, "no answer to " + request.method() + " " + request.path(), bug);
      return Response.problem(500, "Internal Server Error", "The demo's log says why.");
    }
  }

  private static void send(HttpExchange exchange, Response response) throws IOException {
    response.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    boolean bodyless = exchange.getRequestMethod().equals("HEAD") || response.body().length == 0;
    exchange.sendResponseHeaders(response.status(), bodyless ? -1 : response.body().length);
    if (!bodyless) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(response.body());
      }
    }
  }
}
