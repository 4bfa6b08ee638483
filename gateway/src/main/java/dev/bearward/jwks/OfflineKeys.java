package dev.bearward.jwks;

import dev.bearward.token.KeySource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The issuers' keys as far as they can be had without a network: from files that somebody gave,
 * from the configuration, or as they were saved. Nothing is ever fetched, so an unknown key id is
 * unknown.
 */
public final class OfflineKeys implements KeySource {
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final long FOR_EVER = Long.MAX_VALUE;

  private final Map<String, KeySnapshot> byIssuer = new HashMap<>();
  private final List<String> withoutKeySet;
  private final InstantSource clock;

  private OfflineKeys(List<KeySetSettings> settings, InstantSource clock) {
    this.clock = clock;
    this.withoutKeySet =
        settings.stream()
            .filter(issuer -> issuer.location() instanceof KeySetSettings.NoKeys)
            .map(KeySetSettings::issuerName)
            .toList();
  }

  /**
   * Reads the keys.
   *
   * @param given files of JWK sets by the issuer's name; they come before what the settings say
   * @throws IOException when a file cannot be used; the message names it
   */
  public static OfflineKeys read(
      List<KeySetSettings> settings, Map<String, Path> given, InstantSource clock)
      throws IOException {
    var keys = new OfflineKeys(settings, clock);
    for (KeySetSettings issuer : settings) {
      KeySnapshot snapshot = snapshot(issuer, given.get(issuer.issuerName()));
      if (snapshot != null) {
        keys.byIssuer.put(issuer.issuerName(), snapshot);
      }
    }
    return keys;
  }

  private static @Nullable KeySnapshot snapshot(KeySetSettings issuer, @Nullable Path given)
      throws IOException {
    if (given != null) {
      return usable(issuer, new FileKeys(given).fetch().toCompletableFuture().join());
    }
    return switch (issuer.location()) {
      case KeySetSettings.File(Path file) ->
          usable(issuer, new FileKeys(file).fetch().toCompletableFuture().join());
      case KeySetSettings.Inline(String json) ->
          usable(
              issuer,
              KeySetReader.read("inline keys", json.getBytes(StandardCharsets.UTF_8), null));
      case KeySetSettings.Discovery _, KeySetSettings.Url _ -> saved(issuer);
      case KeySetSettings.NoKeys _ -> null;
    };
  }

  private static KeySnapshot usable(KeySetSettings issuer, Fetched fetched) throws IOException {
    return switch (fetched) {
      case Fetched.Keys set when !set.keys().isEmpty() ->
          KeySnapshot.none().next(issuer.issuerName(), set.keys(), 0, FOR_EVER);
      case Fetched.Keys set ->
          throw new IOException(
              "keys of issuer "
                  + issuer.issuerName()
                  + ": none that tokens can be verified with (expected: at least one; left out: "
                  + set.skipped()
                  + ")");
      case Fetched.Failed(String reason) -> throw new IOException(reason);
      case Fetched.Unchanged _ -> throw new IllegalStateException("read once");
    };
  }

  private static @Nullable KeySnapshot saved(KeySetSettings issuer) throws IOException {
    Path file = issuer.refresh().persist();
    if (file == null) {
      return null;
    }
    Optional<SavedKeys.Saved> saved = new SavedKeys(file, issuer.issuer()).load();
    if (saved.isEmpty()) {
      return null;
    }
    Instant at = saved.get().fetchedAt();
    long until = at.plus(issuer.refresh().staleFor()).toEpochMilli();
    return KeySnapshot.none()
        .next(issuer.issuerName(), saved.get().keys().keys(), at.toEpochMilli(), until);
  }

  @Override
  public Lookup find(String issuer, @Nullable String keyId) {
    if (withoutKeySet.contains(issuer)) {
      return new Unknown();
    }
    KeySnapshot keys = byIssuer.get(issuer);
    if (keys == null || !keys.serves(clock.millis())) {
      return new Unavailable(RETRY);
    }
    Found found = keys.find(keyId);
    return found == null ? new Unknown() : found;
  }
}
