package dev.bearward.app;

import dev.bearward.admin.GatewayView;
import dev.bearward.jwks.KeySetSettings;
import dev.bearward.jwks.KeySetView;
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
  private final Generations generations;
  private final Revocations revocations;
  private final Sharing sharing;
  private final Meters meters;
  private volatile boolean serving;
  private volatile boolean draining;
  private volatile boolean wasReady;

  RunningView(Generations generations, Base base, Meters meters) {
    this.generations = generations;
    this.revocations = base.revocations();
    this.sharing = base.sharing();
    this.meters = meters;
  }

  private Map<String, String> issuerNames() {
    return generations.current().settings().keySets().stream()
        .collect(Collectors.toMap(KeySetSettings::issuerName, KeySetSettings::issuer));
  }

  private RevocationStates revocationStates() {
    var clock = InstantSource.system();
    return new RevocationStates(
        revocations, new RevocationDesk(revocations, issuerNames().keySet(), clock));
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
    Generation now = generations.current();
    List<KeySetView> views = now.keys().views();
    var missing = new ArrayList<String>();
    for (KeySetView view : views) {
      if (!view.tried()) {
        missing.add("issuer " + view.issuer() + " was not tried yet");
      }
    }
    boolean anyPublic =
        now.settings().routes().stream()
            .anyMatch(plan -> plan.route().requirement() instanceof Requirement.Open);
    if (missing.isEmpty() && !anyPublic && views.stream().noneMatch(KeySetView::hasKeys)) {
      missing.add("no issuer has keys");
    }
    if (!sharing.known().getAsBoolean()) {
      missing.add("Redis did not tell yet what is revoked");
    }
    return missing;
  }

  @Override
  public Exposition metrics(@Nullable String accept) {
    return meters.scrape(accept);
  }

  @Override
  public List<IssuerState> issuers() {
    return generations.current().keys().views().stream().map(this::state).toList();
  }

  private IssuerState state(KeySetView view) {
    return new IssuerState(
        view.issuer(),
        issuerNames().getOrDefault(view.issuer(), view.issuer()),
        view.keyIds(),
        view.generation(),
        view.fetchedAt(),
        view.nextFetch(),
        view.lastError(),
        introspection(view.issuer()));
  }

  private @Nullable IntrospectionState introspection(String issuer) {
    return generations.current().opaque().views().stream()
        .filter(view -> view.issuer().equals(issuer))
        .map(view -> new IntrospectionState(view.lastAnswer(), view.lastError(), view.waiting()))
        .findFirst()
        .orElse(null);
  }

  @Override
  public List<RouteState> routes() {
    return RouteStates.of(generations.current().settings().routes());
  }

  @Override
  public List<UpstreamState> upstreams() {
    return UpstreamStates.of(generations.current().forwarder().endpoints(), InstantSource.system());
  }

  @Override
  public CompletionStage<Refresh> refreshIssuer(String name) {
    return generations
        .current()
        .keys()
        .refreshNow(name)
        .<CompletionStage<Refresh>>map(stage -> stage.thenApply(view -> new Tried(state(view))))
        .orElseGet(() -> CompletableFuture.completedFuture(new NoSuchIssuer()));
  }

  @Override
  public CompletionStage<Revoking> revoke(byte[] json) {
    return revocationStates().revoke(json);
  }

  @Override
  public List<RevocationState> revocations() {
    return revocationStates().all();
  }
}
