package dev.bearward.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.TestHeaders;
import dev.bearward.testing.TestIssuer;
import dev.bearward.token.BearerCredentials.Token;
import dev.bearward.token.TokenVerifier.Later;
import dev.bearward.token.TokenVerifier.Rejected;
import dev.bearward.token.TokenVerifier.Unavailable;
import dev.bearward.token.TokenVerifier.Verification;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class CachedTokenVerifierTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  private final InstantSource clock = now::get;
  private final TestIssuer issuer =
      new TestIssuer("test", "https://issuer.example/", clock, JwsAlgorithm.ES256);
  private final VerificationKey key = issuer.verificationKeys().getFirst();
  private Supplier<KeySource.Lookup> source = () -> new KeySource.Found(List.of(key));
  private final Counting counting = new Counting();

  private static final class Counting implements TokenListener {
    int hits;
    int misses;
    long nanos;

    @Override
    public void cacheHit() {
      hits++;
    }

    @Override
    public void cacheMiss() {
      misses++;
    }

    @Override
    public void verified(long elapsed) {
      nanos += elapsed;
    }
  }

  private CachedTokenVerifier cached(IssuerSettings settings, long maxBytes) {
    TokenVerifier verifier =
        new JwtVerifier(
            List.of(settings),
            (name, keyId) -> source.get(),
            new CryptoInUse(),
            Set.of(ClaimPath.of("sub")),
            clock);
    AtomicLong nanoTime = new AtomicLong();
    return new CachedTokenVerifier(
        verifier, new TokenCacheSettings(maxBytes), counting, clock, () -> nanoTime.getAndAdd(5));
  }

  private CachedTokenVerifier cached() {
    return cached(issuer.settings(), 1_000_000);
  }

  private void assertCounts(int hits, int misses) {
    assertThat(counting.hits).as("hits").isEqualTo(hits);
    assertThat(counting.misses).as("misses").isEqualTo(misses);
  }

  private static Token credentials(String field) {
    return (Token) new BearerCredentials(10_000).read(TestHeaders.of("Authorization", field));
  }

  @Test
  @DisplayName("rule 58: a verified token is answered from the cache, by whichever way it comes")
  void verify_again_isAHit() {
    CachedTokenVerifier cached = cached();
    String token = issuer.token().sign();
    Verification first = cached.verify(token);
    assertThat(first).isInstanceOf(Verified.class);
    assertThat(cached.verify(token)).isSameAs(first);
    assertThat(cached.verify(credentials("Bearer " + token))).isSameAs(first);
    assertThat(cached.verify(credentials("bEARER   " + token))).isSameAs(first);
    assertCounts(3, 1);
    assertThat(counting.nanos).isEqualTo(5);
    assertThat(cached.holds("Bearer " + token)).isTrue();
    assertThat(cached.holds("bearer " + token)).isFalse();
    assertThat(cached.holds(token)).isFalse();
  }

  @Test
  @DisplayName("rule 58: the whole token is the key; one with another signature is verified")
  void verify_otherSignature_isNotAHit() {
    CachedTokenVerifier cached = cached();
    String token = issuer.token().sign();
    assertThat(cached.verify(token)).isInstanceOf(Verified.class);
    char last = token.charAt(token.length() - 3);
    String forged =
        token.substring(0, token.length() - 3)
            + (last == 'A' ? 'B' : 'A')
            + token.substring(token.length() - 2);
    assertThat(cached.verify(forged)).isEqualTo(new Rejected(Reason.BAD_SIGNATURE));
    assertThat(cached.verify(token + "=")).isEqualTo(new Rejected(Reason.TOKEN_MALFORMED));
  }

  @Test
  @DisplayName("rule 58: refusals are never remembered")
  void verify_refused_isVerifiedEveryTime() {
    CachedTokenVerifier cached = cached();
    String token = issuer.token().audience("other").sign();
    for (int i = 1; i <= 3; i++) {
      assertThat(cached.verify(token)).isEqualTo(new Rejected(Reason.WRONG_AUDIENCE));
      assertCounts(0, i);
    }
    source = () -> new KeySource.Unavailable(Duration.ofSeconds(3));
    assertThat(cached.verify(token)).isInstanceOf(Unavailable.class);
    source = () -> new KeySource.Found(List.of(key));
    assertThat(cached.verify(token)).isEqualTo(new Rejected(Reason.WRONG_AUDIENCE));
  }

  @Test
  @DisplayName("rules 58, 174: a hit never outlives exp, to the millisecond, skew included")
  void verify_expiredMeanwhile_rejects() {
    CachedTokenVerifier cached = cached();
    String token = issuer.token().expiresAt(NOW.plusSeconds(60)).sign();
    assertThat(cached.verify(token)).isInstanceOf(Verified.class);
    now.set(NOW.plusMillis(89_999));
    assertThat(cached.verify(token)).isInstanceOf(Verified.class);
    assertCounts(1, 1);
    now.set(NOW.plusMillis(90_000));
    assertThat(cached.verify(token)).isEqualTo(new Rejected(Reason.EXPIRED));
    assertThat(cached.holds("Bearer " + token)).isFalse();
  }

  @Test
  @DisplayName("rules 47, 58: a hit respects nbf when the clock goes back")
  void verify_clockSetBack_rejects() {
    CachedTokenVerifier cached = cached();
    String token = issuer.token().notBefore(NOW).sign();
    assertThat(cached.verify(token)).isInstanceOf(Verified.class);
    now.set(NOW.minusMillis(30_000));
    assertThat(cached.verify(token)).isInstanceOf(Verified.class);
    now.set(NOW.minusMillis(30_001));
    assertThat(cached.verify(token)).isEqualTo(new Rejected(Reason.NOT_YET_VALID));
  }

  @Test
  @DisplayName("rules 48, 58: a hit respects the greatest age")
  void verify_tooOldMeanwhile_rejects() {
    CachedTokenVerifier cached =
        cached(
            Settings.of(issuer.settings()).maxTokenAge(Duration.ofMinutes(1)).build(), 1_000_000);
    String token = issuer.token().sign();
    assertThat(cached.verify(token)).isInstanceOf(Verified.class);
    now.set(NOW.plusMillis(90_000));
    assertThat(cached.verify(token)).isInstanceOf(Verified.class);
    assertCounts(1, 1);
    now.set(NOW.plusMillis(90_001));
    assertThat(cached.verify(token)).isEqualTo(new Rejected(Reason.TOO_OLD));
  }

  @Test
  @DisplayName("rules 57, 58, 174: tokens of a removed key go at once, others stay")
  void verify_keyRetired_rejects() {
    CachedTokenVerifier cached = cached();
    VerificationKey other = issuer.verificationKeys().getFirst();
    String mine = issuer.token().sign();
    assertThat(cached.verify(mine)).isInstanceOf(Verified.class);
    source = () -> new KeySource.Found(List.of(other));
    String theirs = issuer.token().subject("bob").sign();
    assertThat(cached.verify(theirs)).isInstanceOf(Verified.class);
    key.retire();
    source = KeySource.Unknown::new;
    assertThat(cached.verify(mine)).isEqualTo(new Rejected(Reason.UNKNOWN_KEY));
    assertThat(cached.verify(theirs)).isInstanceOf(Verified.class);
    assertCounts(1, 3);
  }

  @Test
  @DisplayName("rule 57: a key that was replaced by an equal one is looked up again")
  void verify_keyReplaced_isVerifiedAnew() {
    CachedTokenVerifier cached = cached();
    String token = issuer.token().sign();
    assertThat(cached.verify(token)).isInstanceOf(Verified.class);
    key.retire();
    VerificationKey again = issuer.verificationKeys().getFirst();
    source = () -> new KeySource.Found(List.of(again));
    assertThat(cached.verify(token)).isInstanceOf(Verified.class);
    assertThat(cached.verify(token)).isInstanceOf(Verified.class);
    assertCounts(1, 2);
  }

  @Test
  @DisplayName("rules 55, 58: a hit by a key that is stale is 503, and good again when it is fresh")
  void verify_keyStale_isUnavailable() {
    CachedTokenVerifier cached = cached();
    String token = issuer.token().sign();
    assertThat(cached.verify(token)).isInstanceOf(Verified.class);
    key.serveUntil(NOW.toEpochMilli());
    Unavailable unavailable = (Unavailable) cached.verify(token);
    assertThat(unavailable.reason()).isEqualTo(Reason.KEYS_UNAVAILABLE);
    key.serveUntil(Long.MAX_VALUE);
    assertThat(cached.verify(token)).isInstanceOf(Verified.class);
  }

  @Test
  @DisplayName("rule 58: a token that had to wait for its key is remembered once it is good")
  void verify_later_isRemembered() {
    CachedTokenVerifier cached = cached();
    CompletableFuture<KeySource.Lookup> fetch = new CompletableFuture<>();
    source = () -> new KeySource.Later(fetch);
    String token = issuer.token().sign();
    CompletableFuture<Verification> waiting =
        ((Later) cached.verify(token)).verification().toCompletableFuture();
    assertThat(cached.holds("Bearer " + token)).isFalse();
    fetch.complete(new KeySource.Found(List.of(key)));
    assertThat(waiting.join()).isInstanceOf(Verified.class);
    assertThat(cached.verify(token)).isSameAs(waiting.join());
    assertCounts(1, 1);
  }

  @Test
  @DisplayName("rule 173: two configurations have two caches, whose facts never mix")
  void verify_twoConfigurations_neverMix() {
    CachedTokenVerifier one = cached();
    CachedTokenVerifier two =
        cached(Settings.of(issuer.settings()).audiences("other").build(), 1_000_000);
    String token = issuer.token().sign();
    assertThat(one.verify(token)).isInstanceOf(Verified.class);
    assertThat(two.verify(token)).isEqualTo(new Rejected(Reason.WRONG_AUDIENCE));
  }

  @Test
  @DisplayName("rule 58: the cache is bounded in bytes; without room nothing is kept")
  void verify_overTheBound_evicts() {
    String token = issuer.token().sign();
    CachedTokenVerifier none = cached(issuer.settings(), 0);
    assertThat(none.verify(token)).isInstanceOf(Verified.class);
    assertThat(none.holds("Bearer " + token)).isFalse();
    CachedTokenVerifier few = cached(issuer.settings(), 20_000);
    List<String> tokens =
        IntStream.range(0, 100).mapToObj(i -> issuer.token().subject("s" + i).sign()).toList();
    tokens.forEach(few::verify);
    assertThat(tokens.stream().filter(one -> few.holds("Bearer " + one)).count())
        .isBetween(1L, 30L);
    assertThat(few.bytes()).isBetween(1L, 20_000L);
    assertThat(few.entries()).isBetween(1L, 30L);
  }

  @Test
  @DisplayName("rule 58: an entry weighs at least what it takes on the heap")
  void weight_ofAnEntry_isNotTooLittle() {
    int entries = 10_000;
    CachedTokenVerifier full =
        new CachedTokenVerifier(
            token ->
                VerifiedTokens.alice()
                    .subject("user-" + token.hashCode())
                    .scopes("read:" + token.hashCode(), "write:" + token.hashCode())
                    .claim("email", token.hashCode() + "@example.com")
                    .claim(
                        ClaimPath.of("https://example.com/roles"),
                        new ClaimValue.Array(
                            List.of(
                                new ClaimValue.Text("editor" + token.hashCode()),
                                new ClaimValue.Members(
                                    Map.of("a" + token.hashCode(), new ClaimValue.Bool(true))))))
                    .build(),
            new TokenCacheSettings(Long.MAX_VALUE),
            TokenListener.NONE,
            clock,
            System::nanoTime);
    long before = usedHeap();
    String filler = "x".repeat(700);
    for (int i = 0; i < entries; i++) {
      full.verify(filler + i);
    }
    long taken = usedHeap() - before;
    assertThat(full.bytes()).isGreaterThan((long) (taken * 0.9));
    assertThat(full.bytes()).isLessThan(taken * 2);
  }

  private static long usedHeap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  @Test
  @DisplayName("hot path: credentials and a hit allocate next to nothing")
  void verify_hit_allocatesLittle() {
    CachedTokenVerifier cached = cached();
    String field = issuer.token().bearer();
    BearerCredentials bearer = new BearerCredentials(16_384, cached::holds);
    TestHeaders.Fixed headers = TestHeaders.fixed("authorization", field);
    cached.verify((Token) bearer.read(headers));
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    int rounds = 50_000;
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 5; attempt++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < rounds; i++) {
        if (!(cached.verify((Token) bearer.read(headers)) instanceof Verified)) {
          throw new AssertionError("not verified");
        }
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least / rounds).isLessThanOrEqualTo(64);
  }

  @Test
  @DisplayName("listener: one that hears nothing can be given")
  void listener_none_hearsNothing() {
    TokenListener.NONE.cacheHit();
    TokenListener.NONE.cacheMiss();
    TokenListener.NONE.verified(1);
    assertCounts(0, 0);
  }
}
