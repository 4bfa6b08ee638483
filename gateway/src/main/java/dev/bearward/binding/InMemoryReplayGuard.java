package dev.bearward.binding;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Remembers used proofs within this process, up to a limit; beyond it no further proof is taken, so
 * that none is ever forgotten before its time. Proofs stand in generations by the time they end,
 * and a generation is dropped whole. The lock is held for less than a microsecond, but for a
 * generation that grows.
 *
 * <p>What is kept of a proof are 64 bits, mixed with a secret: that two proofs look alike has odds
 * of one to 10^13 with a million proofs remembered, and would refuse a good one, never take one
 * twice.
 */
public final class InMemoryReplayGuard implements ReplayGuard {
  /** Most that one proof takes, in bytes. */
  public static final int BYTES_PER_PROOF = 24;

  private static final long GENERATION_MILLIS = 15_000;
  private static final First FIRST = new First();
  private static final Again AGAIN = new Again();

  private final int maxProofs;
  private final InstantSource clock;
  private final long secret;
  private final List<Generation> generations = new ArrayList<>();
  private int proofs;

  private record Generation(long number, LongSet proofs) {
    long endMillis() {
      return (number + 1) * GENERATION_MILLIS;
    }
  }

  /**
   * @param maxProofs most proofs remembered, each of at most {@link #BYTES_PER_PROOF}
   * @param clock the time
   * @param secret random, so that nobody can make proofs that collide
   */
  public InMemoryReplayGuard(int maxProofs, InstantSource clock, long secret) {
    if (maxProofs < 1) {
      throw new IllegalArgumentException("maxProofs: " + maxProofs + " (expected: 1 or more)");
    }
    this.maxProofs = maxProofs;
    this.clock = clock;
    this.secret = secret;
  }

  @Override
  public synchronized Use use(ProofId proof, long untilMillis) {
    long now = clock.millis();
    dropEnded(now);
    long mark = mixed(proof.high() ^ secret);
    for (Generation generation : generations) {
      if (generation.proofs().contains(mark)) {
        return AGAIN;
      }
    }
    if (proofs == maxProofs) {
      return new Unavailable(untilFirstEnd(now));
    }
    generation(untilMillis).proofs().add(mark);
    proofs++;
    return FIRST;
  }

  /** Proofs remembered. */
  public synchronized int size() {
    return proofs;
  }

  private void dropEnded(long now) {
    for (int i = generations.size() - 1; i >= 0; i--) {
      if (generations.get(i).endMillis() <= now) {
        proofs -= generations.remove(i).proofs().size();
      }
    }
  }

  private Generation generation(long untilMillis) {
    long number = Math.floorDiv(untilMillis, GENERATION_MILLIS);
    for (Generation generation : generations) {
      if (generation.number() == number) {
        return generation;
      }
    }
    var added = new Generation(number, new LongSet());
    generations.add(added);
    return added;
  }

  private Duration untilFirstEnd(long now) {
    long first = Long.MAX_VALUE;
    for (Generation generation : generations) {
      first = Math.min(first, generation.endMillis());
    }
    return Duration.ofMillis(first - now);
  }

  /** Spreads the bits; the finaliser of SplitMix64, which maps no two numbers to one. */
  private static long mixed(long value) {
    long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }
}
