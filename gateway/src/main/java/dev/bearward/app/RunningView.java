package dev.bearward.app;

import dev.bearward.admin.GatewayView;
import dev.bearward.config.GatewaySettings;
import dev.bearward.jwks.KeySetSettings;
import dev.bearward.jwks.KeySetView;
import dev.bearward.jwks.KeySets;
import dev.bearward.observe.Exposition;
import dev.bearward.observe.Meters;
import dev.bearward.policy.Requirement;
import dev.bearward.revocation.RevocationDesk;
import dev.bearward.token.Revocations;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the admin port shows of a running gateway. */
final class RunningView implements GatewayView {
  private final KeySets keys;
  private final RevocationStates revocations;
  private final OpaqueTokens opaque;
  private final Meters meters;
  private final List<RouteState> routes;
  private final Map<String, String> issuers;
  private final boolean anyPublic;
  private volatile boolean serving;
  private volatile boolean draining;
  private volatile boolean wasReady;

  RunningView(
      GatewaySettings settings,
      KeySets keys,
      OpaqueTokens opaque,
      Revocations revocations,
      Meters meters) {
    this.keys = keys;
    this.opaque = opaque;
    this.meters = meters;
    this.routes = RouteStates.of(settings.routes());
    this.issuers =
        settings.keySets().stream()
            .collect(Collectors.toMap(KeySetSettings::issuerName, KeySetSettings::issuer));
    this.revocations =
        new RevocationStates(
            revocations, new RevocationDesk(revocations, issuers.keySet(), InstantSource.system()));
    this.anyPublic =
        settings.routes().stream()
            .anyMatch(plan -> plan.route().requirement() instanceof Requirement.Open);
  }

  /** The listeners are open. */
  void serving() {
    serving = true;
  }

  /** The drain has begun. */
  void draining() {
    draining = true;
  }

  @Override
  public boolean live() {
    return true;
  }

  /**
   * Ready once every issuer was tried and one has keys, or a public route exists; never unready
   * later because of an issuer (rule 56).
   */
  @Override
  public List<String> missing() {
    if (draining) {
      return List.of("draining");
    }
    if (!serving) {
      return List.of("not listening yet");
    }
    if (wasReady) {
      return List.of();
    }
    List<String> missing = missingKeys();
    wasReady = missing.isEmpty();
    return missing;
  }

  private List<String> missingKeys() {
    List<KeySetView> views = keys.views();
    var missing = new ArrayList<String>();
    for (KeySetView view : views) {
      if (!view.tried()) {
        missing.add("issuer " + view.issuer() + " was not tried yet");
      }
    }
    if (missing.isEmpty() && !anyPublic && views.stream().noneMatch(KeySetView::hasKeys)) {
      missing.add("no issuer has keys");
    }
    return missing;
  }

  @Override
  public Exposition metrics(@Nullable String accept) {
    return meters.scrape(accept);
  }

  @Override
  public List<IssuerState> issuers() {
    return keys.views().stream().map(this::state).toList();
  }

  private IssuerState state(KeySetView view) {
    return new IssuerState(
        view.issuer(),
        issuers.getOrDefault(view.issuer(), view.issuer()),
        view.keyIds(),
        view.generation(),
        view.fetchedAt(),
        view.nextFetch(),
        view.lastError(),
        introspection(view.issuer()));
  }

  private @Nullable IntrospectionState introspection(String issuer) {
    return opaque.views().stream()
        .filter(view -> view.issuer().equals(issuer))
        .map(view -> new IntrospectionState(view.lastAnswer(), view.lastError(), view.waiting()))
        .findFirst()
        .orElse(null);
  }

  @Override
  public List<RouteState> routes() {
    return routes;
  }

  @Override
  public CompletionStage<Refresh> refreshIssuer(String name) {
    return keys.refreshNow(name)
        .<CompletionStage<Refresh>>map(stage -> stage.thenApply(view -> new Tried(state(view))))
        .orElseGet(() -> CompletableFuture.completedFuture(new NoSuchIssuer()));
  }

  @Override
  public CompletionStage<Revoking> revoke(byte[] json) {
    return revocations.revoke(json);
  }

  @Override
  public List<RevocationState> revocations() {
    return revocations.all();
  }
}
