package dev.bearward.jwks;

import dev.bearward.outbound.OutboundClients;
import dev.bearward.token.KeySource;
import java.io.IOException;
import java.util.ArrayList;
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
  private final OutboundClients clients;
  private final KeySetEnvironment environment;

  /** What {@link #start} does; once. */
  private final List<Runnable> starts = new ArrayList<>();

  /**
   * Prepares the key sets; nothing is fetched before {@link #start}.
   *
   * @throws IOException when an issuer's CA file cannot be read
   */
  public KeySets(
      List<KeySetSettings> settings, OutboundClients clients, KeySetEnvironment environment)
      throws IOException {
    this(settings, clients, environment, null);
  }

  private KeySets(
      List<KeySetSettings> settings,
      OutboundClients clients,
      KeySetEnvironment environment,
      @Nullable KeySets before)
      throws IOException {
    this.settings = List.copyOf(settings);
    this.clients = clients;
    this.environment = environment;
    for (KeySetSettings issuer : settings) {
      if (!(issuer.location() instanceof KeySetSettings.NoKeys)) {
        fetched.put(issuer.issuerName(), keys(issuer, before));
      }
    }
  }

  /**
   * The key sets of another configuration. An issuer whose settings are the same keeps its keys and
   * its life-cycle; one whose keys come from where they came before, in the same way, begins with
   * those at hand, any other without keys, saved ones included. Nothing is fetched before {@link
   * #start}.
   *
   * @throws IOException when an issuer's CA file cannot be read
   */
  public KeySets next(List<KeySetSettings> settings) throws IOException {
    return new KeySets(settings, clients, environment, this);
  }

  private IssuerKeys keys(KeySetSettings issuer, @Nullable KeySets before) throws IOException {
    IssuerKeys known = before == null ? null : before.fetched.get(issuer.issuerName());
    KeySetSettings then = before == null ? null : before.settings(issuer.issuerName());
    if (known != null && issuer.equals(then)) {
      return known;
    }
    IssuerKeys made = open(issuer);
    if (known == null || then == null) {
      starts.add(made.lifeCycle()::start);
    } else if (issuer.hasSameOrigin(then)) {
      starts.add(() -> made.lifeCycle().start(known.lifeCycle()));
    } else {
      starts.add(made.lifeCycle()::startAfresh);
    }
    return made;
  }

  private @Nullable KeySetSettings settings(String issuerName) {
    return settings.stream()
        .filter(issuer -> issuer.issuerName().equals(issuerName))
        .findFirst()
        .orElse(null);
  }

  /** Takes up keys at hand and saved ones, and begins to fetch what is new; returns at once. */
  public void start() {
    starts.forEach(Runnable::run);
  }

  /** Ends all fetches to come but those of issuers that the next key sets go on with. */
  public void endFor(KeySets next) {
    fetched.forEach((issuer, keys) -> {
      if (next.fetched.get(issuer) != keys) {
        keys.lifeCycle().end();
      }
    });
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

  private IssuerKeys open(KeySetSettings issuer) throws IOException {
    var lifeCycle =
        new KeyLifeCycle(
            issuer.issuerName(),
            Origins.of(issuer, clients, environment.clock()),
            Upkeep.of(issuer, environment.random()),
            environment);
    return new IssuerKeys(issuer.issuerName(), lifeCycle, environment);
  }
}
