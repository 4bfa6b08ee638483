package dev.bearward.introspect;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bearward.token.TokenVerifier.Rejected;
import dev.bearward.token.TokenVerifier.Verification;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known of tokens by their digests, bounded in number: those refused a moment ago, which
 * need no call, and those accepted before, whose calls are not held against the budget.
 */
final class Remembered {
  /** Most tokens of each kind; some 150 bytes each. */
  static final int MAX_TOKENS = 10_000;

  /** How long a refusal stands, at most. */
  static final Duration REFUSED_FOR = Duration.ofSeconds(10);

  private final long refusedNanos;
  private final Cache<TokenDigest, Refusal> refused = bounded();
  private final Cache<TokenDigest, Boolean> accepted = bounded();

  /**
   * @param kept longest time for which any answer holds
   */
  Remembered(Duration kept) {
    this.refusedNanos = (kept.compareTo(REFUSED_FOR) < 0 ? kept : REFUSED_FOR).toNanos();
  }

  private record Refusal(Rejected why, long untilNanos) {}

  private static <V> Cache<TokenDigest, V> bounded() {
    return Caffeine.newBuilder().maximumSize(MAX_TOKENS).executor(Runnable::run).build();
  }

  /** Why a token was refused a moment ago, or null. */
  @Nullable Rejected refusal(TokenDigest token, long nowNanos) {
    Refusal known = refused.getIfPresent(token);
    return known != null && nowNanos - known.untilNanos() < 0 ? known.why() : null;
  }

  /** Whether the token was accepted when it was asked for last. */
  boolean acceptedBefore(TokenDigest token) {
    return accepted.getIfPresent(token) != null;
  }

  /** Takes in an answer to a question that was sent at that time. */
  void take(TokenDigest token, Verification answer, long askedNanos) {
    if (answer instanceof Rejected why) {
      accepted.invalidate(token);
      refused.put(token, new Refusal(why, askedNanos + refusedNanos));
    } else {
      accepted.put(token, true);
      refused.invalidate(token);
    }
  }
}
