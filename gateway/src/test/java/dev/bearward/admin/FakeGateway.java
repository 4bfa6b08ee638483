package dev.bearward.admin;

import dev.bearward.observe.Exposition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A gateway whose state a test sets. */
final class FakeGateway implements GatewayView {
  static final Instant FETCHED = Instant.parse("2026-11-22T03:00:00Z");
  static final IssuerState GOOD =
      new IssuerState(
          "login.test/eu",
          "https://login.test/eu/",
          List.of("k1", "k\"2"),
          3,
          FETCHED,
          FETCHED.plusSeconds(600),
          null,
          null);
  static final IssuerState BAD =
      new IssuerState(
          "down",
          "https://down.test/",
          List.of(),
          0,
          null,
          null,
          "connect: refused",
          new IntrospectionState(FETCHED, "status 401", 7));

  final List<String> refreshed = new ArrayList<>();
  final List<String> sent = new ArrayList<>();
  volatile Revoking revoking = new NotRevoked("jti: none (expected: a text)");
  volatile List<RevocationState> revocations = List.of();
  volatile String askedOn = "";
  volatile boolean live = true;
  volatile List<String> missing = List.of();
  volatile @Nullable String accept;
  volatile String exposition = "# TYPE up gauge\nup 1\n";
  volatile @Nullable CompletableFuture<Refresh> slow;

  @Override
  public boolean live() {
    askedOn = Thread.currentThread().getName();
    return live;
  }

  @Override
  public List<UpstreamState> upstreams() {
    return List.of(
        new UpstreamState(
            "app",
            List.of(
                new EndpointState("10.0.0.1:80", "app.test:80", "healthy", null, 3, 1, 0, null),
                new EndpointState(
                    "10.0.0.2:80", "app.test:80", "ejected", FETCHED, 0, 0, 2, "refused"))));
  }

  @Override
  public List<String> missing() {
    return missing;
  }

  @Override
  public Exposition metrics(@Nullable String accept) {
    this.accept = accept;
    return new Exposition("text/plain; version=0.0.4; charset=utf-8", exposition);
  }

  @Override
  public List<IssuerState> issuers() {
    return List.of(GOOD, BAD);
  }

  @Override
  public List<RouteState> routes() {
    var demand =
        new Demand(
            List.of("auth0"),
            List.of("api"),
            List.of("read:a"),
            List.of("x", "y"),
            List.of("a=b"),
            List.of("acr m"));
    return List.of(
        new RouteState(
            "read", List.of("a.test"), "/a/{id}", List.of("GET"), "up", demand, "bearward.yaml:7"),
        new RouteState("health", List.of(), "/health", List.of(), "up", null, "bearward.yaml:9"));
  }

  @Override
  public CompletionStage<Refresh> refreshIssuer(String name) {
    CompletableFuture<Refresh> pending = slow;
    if (pending != null) {
      return pending;
    }
    refreshed.add(name);
    return CompletableFuture.supplyAsync(() ->
        switch (name) {
          case "login.test/eu" -> new Tried(GOOD);
          case "down" -> new Tried(BAD);
          case "broken" -> throw new IllegalStateException("broken view");
          default -> new NoSuchIssuer();
        });
  }

  @Override
  public CompletionStage<Revoking> revoke(byte[] json) {
    sent.add(new String(json, StandardCharsets.UTF_8));
    return CompletableFuture.completedStage(revoking);
  }

  @Override
  public List<RevocationState> revocations() {
    return revocations;
  }
}
