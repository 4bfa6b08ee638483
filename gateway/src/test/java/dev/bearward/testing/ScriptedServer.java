package dev.bearward.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server on loopback that answers each path as the test says; 404 where it says nothing.
 */
public final class ScriptedServer implements AutoCloseable {
  /** Answers one request. */
  @FunctionalInterface
  public interface Script {
    /** Writes the response. */
    void answer(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final String scheme;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Map<String, Script> scripts = new ConcurrentHashMap<>();
  private final List<String> hits = new CopyOnWriteArrayList<>();

  private ScriptedServer(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** A server on plain http. */
  public static ScriptedServer start() {
    try {
      return new ScriptedServer(HttpServer.create(anyPort(), 0), "http");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A server on https. */
  public static ScriptedServer startTls(SSLContext context) {
    try {
      HttpsServer server = HttpsServer.create(anyPort(), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(context));
      return new ScriptedServer(server, "https");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers that path from now on. */
  public ScriptedServer on(String path, Script script) {
    scripts.put(path, script);
    return this;
  }

  /** The address of a path. */
  public URI uri(String path) {
    return URI.create(scheme + "://127.0.0.1:" + port() + path);
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** How many requests that path had. */
  public int hits(String path) {
    return (int) hits.stream().filter(path::equals).count();
  }

  /** A complete answer. */
  public static Script answer(int status, @Nullable String type, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return exchange -> {
      if (type != null) {
        exchange.getResponseHeaders().set("Content-Type", type);
      }
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    };
  }

  /** A good JSON document. */
  public static Script json(String body) {
    return answer(200, "application/json", body);
  }

  /** A redirect. */
  public static Script redirect(int status, String location) {
    return exchange -> {
      exchange.getResponseHeaders().set("Location", location);
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
    };
  }

  /** The script, with a header added. */
  public static Script with(String name, String value, Script script) {
    return exchange -> {
      exchange.getResponseHeaders().add(name, value);
      script.answer(exchange);
    };
  }

  /** The script, but not before the latch opens (or the server closes). */
  public Script after(CountDownLatch latch, Script script) {
    return exchange -> {
      try {
        boolean open = false;
        while (!open && closing.getCount() > 0) {
          open = latch.await(5, TimeUnit.MILLISECONDS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      script.answer(exchange);
    };
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    hits.add(path);
    scripts.getOrDefault(path, answer(404, null, "")).answer(exchange);
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }
}
