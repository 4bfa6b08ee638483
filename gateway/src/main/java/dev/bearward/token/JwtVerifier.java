package dev.bearward.token;

import dev.bearward.http.Reason;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Verifies JWT access tokens from the first byte on (RFC 7519 section 7.2, RFC 9068 section 4):
 * form, issuer known, algorithm allowed, key, signature, and last what the claims say. Nothing in a
 * token chooses anything but the issuer's configuration and one key of that issuer's own set.
 */
public final class JwtVerifier implements TokenVerifier {
  private static final int MAX_KEY_ID_LENGTH = 512;
  private static final int MAX_KEYS_TRIED = 8;
  private static final Duration STALE_RETRY = Duration.ofSeconds(5);
  private static final Duration BUSY_RETRY = Duration.ofSeconds(1);

  private final Map<String, IssuerRules> issuers = new HashMap<>();
  private final KeySource keys;
  private final CryptoInUse crypto;
  private final InstantSource clock;
  private final JoseHeaders headers = new JoseHeaders();
  private final Set<String> wanted;

  /**
   * @param issuers the issuers whose tokens are accepted, no two of them with the same {@code iss}
   * @param keys where their keys are
   * @param crypto who computes signatures
   * @param facts the claims that verified tokens have to show, see {@link Verified#claim}
   * @param clock the time
   */
  public JwtVerifier(
      Collection<IssuerSettings> issuers,
      KeySource keys,
      CryptoInUse crypto,
      Set<ClaimPath> facts,
      InstantSource clock) {
    this.keys = keys;
    this.crypto = crypto;
    this.clock = clock;
    Set<String> names = new HashSet<>(TokenClaims.STANDARD);
    facts.forEach(path -> names.add(path.names().getFirst()));
    for (IssuerSettings settings : issuers) {
      if (this.issuers.put(settings.issuer(), new IssuerRules(settings, facts)) != null) {
        throw new IllegalArgumentException(
            "issuer: " + settings.issuer() + " (expected: configured once)");
      }
      names.add(settings.audienceClaim().names().getFirst());
      settings.scopeClaims().forEach(path -> names.add(path.names().getFirst()));
      settings.requireClaims().forEach(rule -> names.add(rule.claim().names().getFirst()));
    }
    this.wanted = Set.copyOf(names);
  }

  /** A token whose form is good; nothing it says is proven. */
  record Unproven(CompactJws jws, JoseHeader header, TokenClaims claims) {}

  @Override
  public Verification verify(String token) {
    return verify(token, null);
  }

  /**
   * @param fetched what a look-up that had to wait came to, or null to look up
   */
  private Verification verify(String token, KeySource.@Nullable Lookup fetched) {
    Unproven unproven = read(token);
    if (unproven == null) {
      return new Rejected(Reason.TOKEN_MALFORMED);
    }
    String issuer = unproven.claims().text("iss");
    if (issuer == null) {
      return new Rejected(Reason.MISSING_CLAIM);
    }
    IssuerRules rules = rules(issuer);
    if (rules == null) {
      return new Rejected(Reason.UNKNOWN_ISSUER);
    }
    JwsAlgorithm algorithm = unproven.header().algorithm();
    if (algorithm == null || !rules.allows(algorithm)) {
      return new Rejected(Reason.ALGORITHM_NOT_ALLOWED);
    }
    if (algorithm.family() == JwsAlgorithm.Family.HMAC) {
      return unproven.jws().isSigned(rules.secretCheck(algorithm, crypto.current()))
          ? judged(unproven, rules, null)
          : new Rejected(Reason.BAD_SIGNATURE);
    }
    String keyId = unproven.header().keyId();
    if (keyId != null && keyId.length() > MAX_KEY_ID_LENGTH) {
      return new Rejected(Reason.UNKNOWN_KEY);
    }
    KeySource.Lookup lookup = fetched != null ? fetched : keys.find(rules.name(), keyId);
    return lookup instanceof KeySource.Later later
        ? later(rules.name(), later, token)
        : with(lookup, unproven, rules, algorithm);
  }

  /**
   * Keeps only the token while a key is fetched and reads it anew then: thousands may wait, and
   * what was read of an unproven token may be many times as large.
   */
  private Later later(String issuer, KeySource.Later fetch, String token) {
    return new Later(
        issuer,
        fetch
            .lookup()
            .thenCompose(fetched ->
                switch (verify(token, fetched)) {
                  case Later again -> again.verification();
                  case Verified verified -> CompletableFuture.completedStage(verified);
                  case Rejected rejected -> CompletableFuture.completedStage(rejected);
                  case Unavailable none -> CompletableFuture.completedStage(none);
                }),
        fetch.abandon());
  }

  /** What a token says, or null when its form is bad. */
  @Nullable Unproven read(String token) {
    CompactJws jws = CompactJws.split(token);
    if (jws == null) {
      return null;
    }
    JoseHeader header = headers.of(jws);
    byte[] payload = jws.payload();
    if (header == null || payload == null) {
      return null;
    }
    TokenClaims claims = TokenClaims.read(payload, wanted);
    return claims == null ? null : new Unproven(jws, header, claims);
  }

  /** The rules of the issuer of that exact {@code iss}, or null. */
  @Nullable IssuerRules rules(String issuer) {
    return issuers.get(issuer);
  }

  /** The identifiers of all issuers. */
  Set<String> issuers() {
    return issuers.keySet();
  }

  private Verification with(
      KeySource.Lookup lookup, Unproven unproven, IssuerRules rules, JwsAlgorithm algorithm) {
    return switch (lookup) {
      case KeySource.Found(List<VerificationKey> found) -> {
        Executor elsewhere = crypto.elsewhere(algorithm);
        yield elsewhere == null
            ? by(found, unproven, rules, algorithm)
            : elsewhere(rules.name(), elsewhere, () -> by(found, unproven, rules, algorithm));
      }
      case KeySource.Unknown _ -> new Rejected(Reason.UNKNOWN_KEY);
      case KeySource.Unavailable(Duration retryAfter) ->
          new Unavailable(Reason.KEYS_UNAVAILABLE, retryAfter);
      case KeySource.Crowded(Duration retryAfter) -> new Unavailable(Reason.OVERLOADED, retryAfter);
      case KeySource.Later _ ->
          throw new IllegalStateException("lookup: later (expected: settled)");
    };
  }

  private static Verification elsewhere(
      String issuer, Executor executor, Supplier<Verification> verification) {
    try {
      return new Later(issuer, CompletableFuture.supplyAsync(verification, executor));
    } catch (RejectedExecutionException full) {
      return new Unavailable(Reason.OVERLOADED, BUSY_RETRY);
    }
  }

  /** Tries the keys that are for the algorithm; a key id may stand twice, or none was named. */
  private Verification by(
      List<VerificationKey> found, Unproven unproven, IssuerRules rules, JwsAlgorithm algorithm) {
    long now = clock.millis();
    Verification none = new Rejected(Reason.UNKNOWN_KEY);
    int tried = 0;
    for (VerificationKey key : found) {
      if (tried == MAX_KEYS_TRIED || !key.issuer().equals(rules.name()) || !key.fits(algorithm)) {
        continue;
      }
      switch (key.standing(now)) {
        case LIVE -> {
          if (unproven.jws().isSigned(key.check(algorithm, crypto.current()))) {
            return judged(unproven, rules, key);
          }
          tried++;
        }
        case STALE -> none = new Unavailable(Reason.KEYS_UNAVAILABLE, STALE_RETRY);
        case RETIRED -> {}
      }
    }
    return tried > 0 ? new Rejected(Reason.BAD_SIGNATURE) : none;
  }

  private Verification judged(Unproven unproven, IssuerRules rules, @Nullable VerificationKey key) {
    Reason problem = rules.problem(unproven.header(), unproven.claims(), clock.millis());
    return problem == null ? rules.facts(unproven.claims(), key) : new Rejected(problem);
  }
}
