package dev.bearward.binding;

import dev.bearward.token.IssuerSettings;
import java.time.Duration;

/**
 * How long the proofs for one issuer's tokens are taken. One that is used is remembered for as
 * long; so when that gets longer, those made before then are taken no longer than they were.
 *
 * @param lifeMillis time since {@code iat} in which a proof is taken
 * @param skewMillis how far {@code iat} may lie ahead
 * @param changedMillis proofs made up to then, in milliseconds since the epoch, are the former ones
 * @param formerMillis time since {@code iat} in which a former proof is taken
 */
public record ProofLife(long lifeMillis, long skewMillis, long changedMillis, long formerMillis) {
  /** Time in which requests may still be decided by the settings before. */
  private static final Duration OVERLAP = Duration.ofMinutes(1);

  /** By those settings, when there were no others before. */
  public static ProofLife of(IssuerSettings issuer) {
    long skew = issuer.clockSkew().toMillis();
    long life = issuer.binding().proofAge().toMillis() + skew;
    return new ProofLife(life, skew, Long.MIN_VALUE, life);
  }

  /** By the settings that hold from then on. */
  public ProofLife next(IssuerSettings issuer, long nowMillis) {
    ProofLife next = of(issuer);
    boolean formerGone = changedMillis < nowMillis - Math.max(lifeMillis, next.lifeMillis);
    if (next.lifeMillis > lifeMillis) {
      long changed = nowMillis + skewMillis + OVERLAP.toMillis();
      long former = formerGone ? lifeMillis : Math.min(lifeMillis, formerMillis);
      return new ProofLife(next.lifeMillis, next.skewMillis, changed, former);
    }
    return formerGone
        ? next
        : new ProofLife(next.lifeMillis, next.skewMillis, changedMillis, formerMillis);
  }

  /** The last moment in which a proof made then is taken; milliseconds since the epoch. */
  long end(long issuedMillis) {
    return issuedMillis
        + (issuedMillis <= changedMillis ? Math.min(formerMillis, lifeMillis) : lifeMillis);
  }

  /** Whether a proof made then is of a time to be taken now. */
  boolean takes(long issuedMillis, long nowMillis) {
    return nowMillis <= end(issuedMillis) && nowMillis >= issuedMillis - skewMillis;
  }
}
