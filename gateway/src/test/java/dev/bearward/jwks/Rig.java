package dev.bearward.jwks;

import com.nimbusds.jose.jwk.JWKSet;
import dev.bearward.outbound.OutboundClients;
import dev.bearward.outbound.OutboundSettings;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.SteppedTime;
import dev.bearward.testing.TestKey;
import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.KeySource.Found;
import dev.bearward.token.KeySource.Later;
import dev.bearward.token.KeySource.Lookup;
import dev.bearward.token.VerificationKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Key sets on stepped time, a scripted issuer on a real socket, and what their listener hears. */
final class Rig implements AutoCloseable {
  static final Duration EVERY = Duration.ofMinutes(10);
  static final Duration COOLDOWN = Duration.ofSeconds(30);
  static final Duration STALE_FOR = Duration.ofHours(1);
  static final OutboundSettings DIRECT = new OutboundSettings(null, null);

  final ScriptedServer server = ScriptedServer.start();
  final SteppedTime time = new SteppedTime();
  final OutboundClients clients = new OutboundClients();
  final List<String> heard = new CopyOnWriteArrayList<>();
  private final int maxWaiters;
  private @Nullable KeySets keySets;

  Rig() {
    this(100);
  }

  Rig(int maxWaiters) {
    this.maxWaiters = maxWaiters;
  }

  static TestKey key(String keyId) {
    return TestKey.generate(JwsAlgorithm.ES256, keyId);
  }

  static String jwks(TestKey... keys) {
    return new JWKSet(Stream.of(keys).map(TestKey::publicJwk).toList()).toString(true);
  }

  static KeySetSettings.Refresh refresh(@Nullable Path persist) {
    return new KeySetSettings.Refresh(
        EVERY, COOLDOWN, 2, Duration.ofSeconds(10), STALE_FOR, persist);
  }

  /** An issuer whose key set is at that path of the server. */
  KeySetSettings at(String name, String path) {
    return at(name, new KeySetSettings.Url(server.uri(path)), null);
  }

  KeySetSettings at(String name, KeySetSettings.Location location, @Nullable Path persist) {
    String issuer = server.uri("/" + name).toString();
    return new KeySetSettings(name, issuer, location, false, refresh(persist), DIRECT);
  }

  /** Publishes the keys at {@code /jwks}. */
  Rig publish(TestKey... keys) {
    server.on("/jwks", ScriptedServer.json(jwks(keys)));
    return this;
  }

  /** Starts with one issuer named {@code a}, whose key set is at {@code /jwks}. */
  Rig start() {
    return start(at("a", "/jwks"));
  }

  /** Starts with these issuers and returns when each was tried once. */
  Rig start(KeySetSettings... settings) {
    startOnly(settings);
    awaitIdle();
    return this;
  }

  Rig startOnly(KeySetSettings... settings) {
    try {
      keySets = new KeySets(List.of(settings), clients, environment());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    keySets.start();
    return this;
  }

  KeySetEnvironment environment() {
    return new KeySetEnvironment(time, time, () -> 0L, maxWaiters, listener());
  }

  KeySets keys() {
    if (keySets == null) {
      throw new IllegalStateException("not started");
    }
    return keySets;
  }

  KeySetView view(String name) {
    return keys().views().stream().filter(v -> v.issuer().equals(name)).findFirst().orElseThrow();
  }

  int fetches() {
    return server.hits("/jwks");
  }

  /** The final answer, once a fetch that it takes has ended. */
  Lookup find(@Nullable String keyId) {
    return find("a", keyId);
  }

  Lookup find(String issuer, @Nullable String keyId) {
    return switch (keys().find(issuer, keyId)) {
      case Later(var lookup, var _) ->
          lookup.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
      case Lookup now -> now;
    };
  }

  VerificationKey found(@Nullable String keyId) {
    return found("a", keyId);
  }

  VerificationKey found(String issuer, @Nullable String keyId) {
    return switch (find(issuer, keyId)) {
      case Found(List<VerificationKey> keys) -> keys.getFirst();
      case Lookup other -> throw new AssertionError(other);
    };
  }

  /** Lets time pass in steps, so that each fetch on the way ends before the next step. */
  void pass(Duration total, Duration step) {
    for (Duration gone = Duration.ZERO; gone.compareTo(total) < 0; gone = gone.plus(step)) {
      time.advance(step);
      awaitIdle();
    }
  }

  /** Lets the next scheduled fetch happen. */
  void passToNextFetch() {
    time.advance(time.untilNext().orElseThrow());
    awaitIdle();
  }

  /** Returns when no fetch is under way and the next one, if any, lies ahead. */
  void awaitIdle() {
    Eventually.await("every fetch ended", () -> keys().views().stream().allMatch(this::idle));
    time.settle();
  }

  private boolean idle(KeySetView view) {
    return view.tried() && (view.nextFetch() == null || view.nextFetch().isAfter(time.instant()));
  }

  URI uri(String path) {
    return server.uri(path);
  }

  @Override
  public void close() {
    if (keySets != null) {
      keySets.close();
    }
    clients.close();
    server.close();
    time.shutdown();
  }

  private KeySetListener listener() {
    return new KeySetListener() {
      @Override
      public void fetched(String issuer, Duration took, int keys) {
        heard.add(issuer + " fetched " + keys);
      }

      @Override
      public void fetchFailed(String issuer, Duration took, String reason) {
        heard.add(issuer + " failed " + reason);
      }

      @Override
      public void keysChanged(String issuer, long generation, List<String> keyIds) {
        heard.add(issuer + " generation " + generation + " " + keyIds);
      }

      @Override
      public void keysSkipped(String issuer, Map<SkippedKey, Integer> skipped) {
        heard.add(issuer + " skipped " + skipped);
      }

      @Override
      public void notPersisted(String issuer, String reason) {
        heard.add(issuer + " not persisted " + reason);
      }
    };
  }
}
