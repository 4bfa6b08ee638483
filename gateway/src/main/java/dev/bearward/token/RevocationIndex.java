package dev.bearward.token;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The revocations of this process by what they name. Looking up takes constant time, no lock and no
 * memory. Nothing is ever dropped before its end: when it is full, it takes no more.
 */
public final class RevocationIndex {
  private final InstantSource clock;
  private final int limit;
  private final Names ofAllIssuers = new Names();
  private final ConcurrentMap<String, Names> byIssuer = new ConcurrentHashMap<>();

  /** Entries; written under the lock of this. */
  private volatile int count;

  /**
   * @param limit most revocations at a time
   * @param clock the time
   */
  public RevocationIndex(int limit, InstantSource clock) {
    this.limit = limit;
    this.clock = clock;
  }

  /** Most revocations at a time. */
  public int limit() {
    return limit;
  }

  /** Whether a token is denied. */
  public boolean deny(Verified token) {
    if (count == 0) {
      return false;
    }
    if (denies(ofAllIssuers, token)) {
      return true;
    }
    Names own = byIssuer.get(token.issuer());
    return own != null && denies(own, token);
  }

  private boolean denies(Names names, Verified token) {
    return denies(names.tokenIds, token.tokenId(), token)
        || denies(names.subjects, token.subject(), token)
        || denies(names.clients, token.clientId(), token);
  }

  private boolean denies(Map<String, Revocation> revoked, @Nullable String name, Verified token) {
    Revocation found = name == null ? null : revoked.get(name);
    return found != null && found.reaches(token) && found.holdsAt(clock.millis());
  }

  /**
   * Takes a revocation in. One of the same name and issuer is widened by it and never narrowed.
   *
   * @return what holds for the name now, or null when it is full
   */
  public synchronized @Nullable Revocation add(Revocation revocation) {
    if (count >= limit) {
      dropEnded();
    }
    Map<String, Revocation> revoked = names(revocation.issuer()).by(revocation.by());
    Revocation known = revoked.get(revocation.name());
    if (known == null && count >= limit) {
      return null;
    }
    Revocation inForce =
        known != null && known.holdsAt(clock.millis()) ? known.widenedBy(revocation) : revocation;
    revoked.put(revocation.name(), inForce);
    count += known == null ? 1 : 0;
    return inForce;
  }

  /** All that have not ended. */
  public synchronized List<Revocation> all() {
    dropEnded();
    var all = new ArrayList<Revocation>(count);
    everyMap().forEach(revoked -> all.addAll(revoked.values()));
    return all;
  }

  private void dropEnded() {
    long now = clock.millis();
    everyMap().forEach(revoked -> revoked.values().removeIf(known -> !known.holdsAt(now)));
    byIssuer.values().removeIf(Names::empty);
    count = everyMap().mapToInt(Map::size).sum();
  }

  private Stream<Map<String, Revocation>> everyMap() {
    return Stream.concat(Stream.of(ofAllIssuers), byIssuer.values().stream())
        .flatMap(names -> names.all.values().stream());
  }

  private Names names(@Nullable String issuer) {
    return issuer == null ? ofAllIssuers : byIssuer.computeIfAbsent(issuer, _ -> new Names());
  }

  /** Revocations of one issuer, or of all, by name. */
  private static final class Names {
    final Map<Revocation.By, Map<String, Revocation>> all = new EnumMap<>(Revocation.By.class);
    final Map<String, Revocation> tokenIds = map(Revocation.By.TOKEN_ID);
    final Map<String, Revocation> subjects = map(Revocation.By.SUBJECT);
    final Map<String, Revocation> clients = map(Revocation.By.CLIENT);

    private Map<String, Revocation> map(Revocation.By by) {
      return all.computeIfAbsent(by, _ -> new ConcurrentHashMap<>());
    }

    Map<String, Revocation> by(Revocation.By by) {
      return map(by);
    }

    boolean empty() {
      return all.values().stream().allMatch(Map::isEmpty);
    }
  }
}
