package dev.bearward.jwks;

import dev.bearward.outbound.OutboundClients;
import dev.bearward.token.KeySource;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The key sets of all issuers, each with a life-cycle of its own. */
public final class KeySets implements KeySource, AutoCloseable {
  private static final Lookup UNKNOWN = new Unknown();

  private final Map<String, IssuerKeys> fetched = new LinkedHashMap<>();
  private final List<KeySetSettings> settings;

  /**
   * Prepares the key sets; nothing is fetched before {@link #start}.
   *
   * @throws IOException when an issuer's CA file cannot be read
   */
  public KeySets(
      List<KeySetSettings> settings, OutboundClients clients, KeySetEnvironment environment)
      throws IOException {
    this.settings = List.copyOf(settings);
    for (KeySetSettings issuer : settings) {
      if (!(issuer.location() instanceof KeySetSettings.NoKeys)) {
        fetched.put(issuer.issuerName(), open(issuer, clients, environment));
      }
    }
  }

  /** Takes up saved keys and begins to fetch; returns at once. */
  public void start() {
    fetched.values().forEach(keys -> keys.lifeCycle().start());
  }

  /** Finds keys of that issuer alone; an issuer without a key set has none. */
  @Override
  public Lookup find(String issuer, @Nullable String keyId) {
    IssuerKeys keys = fetched.get(issuer);
    return keys == null ? UNKNOWN : keys.find(keyId);
  }

  /**
   * Fetches an issuer's keys now, after a fetch under way if there is one; no budget is asked.
   *
   * @return how the keys stand afterwards, completed off the event loops; empty when no such issuer
   *     has a key set
   */
  public Optional<CompletionStage<KeySetView>> refreshNow(String issuer) {
    return Optional.ofNullable(fetched.get(issuer))
        .map(keys -> keys.lifeCycle().refresh().thenApply(done -> keys.view()));
  }

  /** How every issuer's keys stand, in the order of the configuration. */
  public List<KeySetView> views() {
    return settings.stream().map(KeySetSettings::issuerName).map(this::view).toList();
  }

  /** Ends all fetches to come; keys at hand are still found. */
  @Override
  public void close() {
    fetched.values().forEach(keys -> keys.lifeCycle().close());
  }

  private KeySetView view(String issuer) {
    IssuerKeys keys = fetched.get(issuer);
    return keys == null ? KeySetView.ofSecret(issuer) : keys.view();
  }

  private static IssuerKeys open(
      KeySetSettings issuer, OutboundClients clients, KeySetEnvironment environment)
      throws IOException {
    var lifeCycle =
        new KeyLifeCycle(
            issuer.issuerName(),
            Origins.of(issuer, clients, environment.clock()),
            Upkeep.of(issuer, environment.random()),
            environment);
    return new IssuerKeys(issuer.issuerName(), lifeCycle, environment);
  }
}
