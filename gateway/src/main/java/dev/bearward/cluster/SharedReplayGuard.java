package dev.bearward.cluster;

import dev.bearward.binding.ProofId;
import dev.bearward.binding.ReplayGuard;
import dev.bearward.cluster.ClusterListener.Question;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;

/**
 * Remembers the proofs used on any instance. One used here is refused without asking; one that is
 * new here is asked for in one round trip, which marks it as used for all.
 */
final class SharedReplayGuard implements ReplayGuard {
  /** What the clocks of instances may differ by, in which one would still take the proof. */
  private static final Duration DIFFERENCE = Duration.ofSeconds(5);

  private static final Again AGAIN = new Again();

  private final Link link;
  private final ReplayGuard own;
  private final boolean refuses;
  private final InstantSource clock;

  /**
   * @param own remembers the proofs used here
   * @param refuses whether a proof is not taken while nobody can be asked
   */
  SharedReplayGuard(Link link, ReplayGuard own, boolean refuses, InstantSource clock) {
    this.link = link;
    this.own = own;
    this.refuses = refuses;
    this.clock = clock;
  }

  @Override
  public Use use(ProofId proof, long untilMillis) {
    Use here = own.use(proof, untilMillis);
    if (!(here instanceof First)) {
      return here;
    }
    String key = Names.proof(proof.high(), proof.low());
    Duration life = Duration.ofMillis(Math.max(0, untilMillis - clock.millis())).plus(DIFFERENCE);
    CompletionStage<Boolean> answer = link.ask(Question.PROOF, line -> line.setIfAbsent(key, life));
    if (answer == null) {
      return alone(here);
    }
    return new Later(
        answer.handle((first, failure) -> failure != null ? alone(here) : first ? here : AGAIN));
  }

  private Use alone(Use here) {
    return refuses ? new Unavailable(Link.BEAT) : here;
  }
}
