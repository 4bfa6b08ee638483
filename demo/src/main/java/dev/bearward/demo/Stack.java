package dev.bearward.demo;

import dev.bearward.demo.appointments.AppointmentsApi;
import dev.bearward.demo.authorization.AuthorizationServer;
import dev.bearward.demo.authorization.DevelopmentIssuer;
import dev.bearward.demo.spa.SpaServer;
import dev.bearward.demo.spa.SpaSettings;
import dev.bearward.demo.web.WebServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Everything that the demo runs, in the order of its start; {@link #close()} stops it in the
 * opposite order, from any thread, and also what is only just starting.
 */
final class Stack implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
  private static final String SCOPE =
      "openid profile email appointments contacts read:appointments write:appointments";

  /** Starts one part; a port that is taken is an I/O failure of its own kind. */
  @FunctionalInterface
  private interface Start {
    AutoCloseable on(InetSocketAddress address) throws Exception;
  }

  private final Ports ports;
  private final Consumer<String> progress;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private boolean closed;

  Stack(Ports ports, Consumer<String> progress) {
    this.ports = ports;
    this.progress = progress;
  }

  /** Authorization server, API and app; each answers when this returns. */
  void startServers() throws CannotStart {
    start(
        ports.authorization(),
        address ->
            AuthorizationServer.start(
                address,
                port -> DevelopmentIssuer.ofDemo(port, ports.spa().number()),
                Clock.systemUTC()));
    progress.accept("authorization server  " + ports.issuer());
    start(ports.api(), address -> AppointmentsApi.start(address, Clock.systemUTC().instant()));
    progress.accept("appointments API      http://127.0.0.1:" + ports.api().number());
    start(
        ports.spa(),
        address -> SpaServer.start(address, spaSettings(ports.issuer(), ports.gatewayUrl())));
    progress.accept("single-page app       " + ports.spaUrl());
  }

  /** The gateway, ready, after one real request through it. */
  GatewayProcess startGateway(GatewayProcess.Command command, Consumer<String> log)
      throws CannotStart, InterruptedException {
    GatewayProcess gateway;
    try {
      gateway = GatewayProcess.start(command, ports.environment(), log);
    } catch (IOException noProcess) {
      throw new CannotStart("The gateway could not be started: " + noProcess.getMessage());
    }
    keep(gateway);
    awaitReady(gateway);
    progress.accept("gateway               " + ports.gatewayUrl());
    int status = requestThrough();
    if (status != 200) {
      throw new CannotStart(
          "A request with a fresh token got "
              + status
              + " instead of 200; --verbose shows what the gateway prints.");
    }
    progress.accept("one real request      200");
    return gateway;
  }

  /** Whether {@link #close()} was called. */
  synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    Deque<AutoCloseable> parts;
    synchronized (this) {
      closed = true;
      parts = new ArrayDeque<>(running);
      running.clear();
    }
    parts.forEach(Stack::closeQuietly);
  }

  private void start(Ports.Port port, Start start) throws CannotStart {
    try {
      keep(start.on(WebServer.loopback(port.number())));
    } catch (BindException taken) {
      throw port.taken();
    } catch (Exception failure) {
      throw new CannotStart("Port " + port.number() + ": " + failure);
    }
  }

  private synchronized void keep(AutoCloseable part) {
    if (closed) {
      closeQuietly(part);
    } else {
      running.addFirst(part);
    }
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception alreadyGone) {
      // Nothing more can be done for a part that will not stop; the others still have to.
    }
  }

  private void awaitReady(GatewayProcess gateway) throws CannotStart, InterruptedException {
    URI ready = URI.create("http://127.0.0.1:" + ports.admin().number() + "/health/ready");
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (status(client, HttpRequest.newBuilder(ready).timeout(ANSWER_WITHIN)).orElse(0)
          != 200) {
        if (!gateway.isAlive()) {
          gateway.awaitEnd();
          throw new CannotStart("The gateway ended with " + gateway.lastWords());
        }
        if (System.nanoTime() > deadline) {
          throw new CannotStart(
              "The gateway was not ready within "
                  + READY_WITHIN.toSeconds()
                  + " s; --verbose shows what it prints.");
        }
        Thread.sleep(BETWEEN_LOOKS);
      }
    }
  }

  private int requestThrough() throws CannotStart, InterruptedException {
    String token = new TokenRequest(ports.issuer()).fetch("alice");
    URI list = URI.create("http://127.0.0.1:" + ports.gateway().number() + "/api/appointments");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(list)
            .timeout(ANSWER_WITHIN)
            .header("Authorization", "Bearer " + token);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return status(client, request)
          .orElseThrow(() -> new CannotStart("The gateway does not answer on its port."));
    }
  }

  private static Optional<Integer> status(HttpClient client, HttpRequest.Builder request)
      throws InterruptedException {
    try {
      return Optional.of(client.send(request.build(), BodyHandlers.discarding()).statusCode());
    } catch (IOException notYet) {
      return Optional.empty();
    }
  }

  /** What the app is told when authorization server and gateway are there. */
  static SpaSettings spaSettings(String issuer, String gateway) {
    return new SpaSettings(
        issuer, gateway, DevelopmentIssuer.SPA_CLIENT, DevelopmentIssuer.AUDIENCE, SCOPE);
  }
}
