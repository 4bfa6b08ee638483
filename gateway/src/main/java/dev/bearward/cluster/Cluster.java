package dev.bearward.cluster;

import dev.bearward.binding.ReplayGuard;
import dev.bearward.limit.RateLimiter;
import dev.bearward.token.Revocations;
import dev.bearward.token.TokenVerifier;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** What this instance shares with the others; lives as long as the process. */
public final class Cluster implements AutoCloseable {
  /** Questions beside those of requests: the upkeep's. */
  private static final int BESIDE = 16;

  private final Environment environment;
  private final boolean refuses;
  private final Link link;
  private final SharedRevocations revocations;

  /**
   * What it lives on.
   *
   * @param scheduler one thread, which the caller ends
   * @param mostAsked most questions of requests at a time; fewer than may wait for an answer, so
   *     that a Redis that hangs leaves room to go on without it
   * @param clock the time
   * @param nanoTime a clock for durations, in nanoseconds
   */
  public record Environment(
      ScheduledExecutorService scheduler,
      int mostAsked,
      InstantSource clock,
      LongSupplier nanoTime,
      ClusterListener listener) {}

  private Cluster(
      ClusterSettings settings, Revocations own, Line.Dialler dialler, Environment environment) {
    this.environment = environment;
    this.refuses = settings.refuses();
    this.link =
        new Link(
            dialler,
            settings.redis().toString(),
            environment.mostAsked(),
            environment.scheduler(),
            environment.nanoTime(),
            environment.listener());
    this.revocations =
        new SharedRevocations(
            own, link, environment.scheduler(), environment.clock(), environment.listener());
  }

  /**
   * Prepares it; nothing runs before {@link #start}.
   *
   * @param own the revocations of this instance
   */
  public static Cluster of(ClusterSettings settings, Revocations own, Environment environment) {
    var dialler = new LettuceDialler(settings, environment.mostAsked() + BESIDE);
    return of(settings, own, dialler, environment);
  }

  static Cluster of(
      ClusterSettings settings, Revocations own, Line.Dialler dialler, Environment environment) {
    return new Cluster(settings, own, dialler, environment);
  }

  /**
   * Begins, and waits for the revocations of the other instances.
   *
   * @param patience how long at most
   * @return whether they are known
   */
  public boolean start(Duration patience) {
    try {
      return link.start(revocations)
          .toCompletableFuture()
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether the revocations of the others were read, or need not be. */
  public boolean known() {
    return !refuses || link.everUp();
  }

  /** The revocations of all instances. */
  public Revocations revocations() {
    return revocations;
  }

  /**
   * Counts the requests of all instances.
   *
   * @param own counts while Redis does not answer
   */
  public RateLimiter rates(RateLimiter own) {
    return new SharedRates(link, own, refuses, environment.nanoTime());
  }

  /**
   * Remembers the proofs used on all instances.
   *
   * @param own remembers those used here
   */
  public ReplayGuard proofs(ReplayGuard own) {
    return new SharedReplayGuard(link, own, refuses, environment.clock());
  }

  /** Takes tokens only once it can be known which are revoked, where that is demanded. */
  public TokenVerifier tokens(TokenVerifier verifier) {
    return refuses ? new UntilRevocationsKnown(verifier, link::everUp) : verifier;
  }

  @Override
  public void close() {
    link.close();
  }
}
