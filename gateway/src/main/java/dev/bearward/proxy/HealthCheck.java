package dev.bearward.proxy;

import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Checks one endpoint again and again, each time on a connection of its own. The times between are
 * spread by chance, lest many gateways ask in step. Event loop only, but for {@link #stop}.
 */
final class HealthCheck {
  /** Longest that one check may take, connecting included. */
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private static final Duration FIRST_WITHIN = Duration.ofSeconds(1);
  private static final double SPREAD = 0.1;

  private final Endpoint endpoint;
  private final HealthSettings settings;
  private final EventLoop loop;
  private final RandomGenerator random;
  private int failures;
  private int successes;
  private boolean unhealthy;
  private volatile boolean stopped;

  /** Checks an endpoint that stands as it says, until it turns. */
  HealthCheck(Endpoint endpoint, HealthSettings settings, EventLoop loop, RandomGenerator random) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.loop = loop;
    this.random = random;
    this.unhealthy = endpoint.standing().isUnhealthy();
  }

  /** Begins; called on any thread. */
  void start() {
    loop.execute(
        () -> next(shorter(settings.interval(), FIRST_WITHIN).toNanos() * random.nextDouble()));
  }

  private void next(double nanos) {
    try {
      var _ = loop.schedule(this::check, (long) nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      stopped = true; // The loop was shut down.
    }
  }

  private void check() {
    if (!stopped) {
      Duration limit = shorter(settings.interval(), LONGEST);
      try {
        new HealthProbe(endpoint, settings.path(), loop, this::ended).start(limit);
      } catch (ChannelException e) {
        // The gateway has no file descriptor left, which says nothing of the endpoint.
        later();
      }
    }
  }

  private void ended(@Nullable String fault) {
    if (stopped) {
      return;
    }
    failures = fault == null ? 0 : failures + 1;
    successes = fault == null ? successes + 1 : 0;
    boolean turns =
        unhealthy ? successes >= settings.healthyAfter() : failures >= settings.unhealthyAfter();
    unhealthy ^= turns;
    endpoint.checked(!unhealthy, fault, turns);
    later();
  }

  private void later() {
    next(settings.interval().toNanos() * (1 - SPREAD + 2 * SPREAD * random.nextDouble()));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Checks no more. */
  void stop() {
    stopped = true;
  }
}
