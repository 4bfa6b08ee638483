package dev.bearward.introspect;

import dev.bearward.http.Reason;
import dev.bearward.introspect.CallQueue.Outcome;
import dev.bearward.outbound.OutboundClients;
import dev.bearward.token.IntrospectionRules;
import dev.bearward.token.TokenVerifier;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Verifies opaque tokens of one issuer by asking it. Requests with the same token share one call;
 * what cannot be found out is unavailable, never a pass and never the client's fault. Good answers
 * are not kept here, see {@link dev.bearward.token.CachedTokenVerifier}.
 */
public final class Introspector implements TokenVerifier {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final IntrospectionSettings settings;
  private final IntrospectionEnvironment environment;
  private final Endpoint endpoint;
  private final CallQueue queue;
  private final Remembered remembered;
  private final TokenDigest.Maker digests;
  private final Map<TokenDigest, Flight> flights = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile @Nullable Instant lastAnswer;
  private volatile @Nullable String lastError;

  /**
   * @throws IOException when the issuer's CA file cannot be read
   */
  public Introspector(
      IntrospectionSettings settings,
      IntrospectionRules rules,
      OutboundClients clients,
      IntrospectionEnvironment environment)
      throws IOException {
    this.settings = settings;
    this.environment = environment;
    this.endpoint = new Endpoint(settings, clients.to(settings.http()), rules);
    this.queue =
        new CallQueue(
            settings.concurrency(),
            Math.max(1, environment.maxWaiting() / 2),
            environment.nanoTime());
    this.remembered = new Remembered(settings.cache());
    this.digests = new TokenDigest.Maker(environment.random());
  }

  /** How it stands. */
  public IntrospectionView view() {
    return new IntrospectionView(settings.issuerName(), lastAnswer, lastError, waiting.get());
  }

  @Override
  public Verification verify(String token) {
    TokenDigest digest = digests.of(token);
    Rejected refused = remembered.refusal(digest, environment.nanoTime().getAsLong());
    return refused != null ? refused : join(digest, token);
  }

  private Verification join(TokenDigest digest, String token) {
    int most = environment.maxWaiting();
    if (waiting.getAndUpdate(count -> count < most ? count + 1 : count) >= most) {
      environment.listener().crowded(settings.issuerName());
      return new Unavailable(Reason.OVERLOADED, RETRY);
    }
    var mine = new Passenger(new CompletableFuture<>());
    CompletableFuture<Verification> settled =
        mine.answer().whenComplete((_, _) -> waiting.decrementAndGet());
    Flight flight = board(digest, token, mine);
    return settled.isDone()
        ? settled.resultNow()
        : new Later(
            settings.issuerName(), settled.minimalCompletionStage(), () -> flight.leave(mine));
  }

  /** Has a request wait for its token's question, which is asked unless it is already. */
  private Flight board(TokenDigest digest, String token, Passenger mine) {
    while (true) {
      Flight before = flights.get(digest);
      if (before != null && before.board(mine)) {
        return before;
      }
      var own = new Flight(digest, token, mine);
      boolean first =
          before == null
              ? flights.putIfAbsent(digest, own) == null
              : flights.replace(digest, before, own);
      if (first) {
        queue.submit(own);
        return own;
      }
    }
  }

  /** A request that waits for its token's answer. */
  private record Passenger(CompletableFuture<Verification> answer) {}

  /** One token's question, with all requests that wait for the answer. */
  private final class Flight implements CallQueue.Call {
    private final TokenDigest digest;
    private final String token;
    private final boolean known;
    private final long deadlineNanos;
    private final Set<Passenger> passengers = new LinkedHashSet<>();
    private boolean over;
    private volatile @Nullable CompletableFuture<Endpoint.Answer> question;

    Flight(TokenDigest digest, String token, Passenger first) {
      this.digest = digest;
      this.token = token;
      this.known = remembered.acceptedBefore(digest);
      this.deadlineNanos = environment.nanoTime().getAsLong() + settings.timeout().toNanos();
      passengers.add(first);
    }

    /** Has one more request wait; false when it is too late for that. */
    synchronized boolean board(Passenger passenger) {
      if (over) {
        return false;
      }
      if (passengers.isEmpty()) {
        queue.wantedAgain(this);
      }
      passengers.add(passenger);
      return true;
    }

    /** The client is gone: its place is free at once. */
    void leave(Passenger passenger) {
      passenger.answer().cancel(false);
      if (left(passenger)) {
        flights.remove(digest, this);
      }
      queue.proceed();
    }

    /** Whether the question is dropped, since it had not begun and nobody waits for it. */
    private synchronized boolean left(Passenger passenger) {
      boolean last = passengers.remove(passenger) && passengers.isEmpty();
      if (last && queue.unwanted(this)) {
        over = true;
      }
      return over;
    }

    @Override
    public void breakOff() {
      CompletableFuture<?> asked = question;
      if (asked != null && deserted()) {
        asked.cancel(false);
      }
    }

    private synchronized boolean deserted() {
      over |= passengers.isEmpty();
      return passengers.isEmpty();
    }

    @Override
    public boolean known() {
      return known;
    }

    @Override
    public long deadlineNanos() {
      return deadlineNanos;
    }

    @Override
    public void crowd() {
      environment.listener().crowded(settings.issuerName());
      settle(new Unavailable(Reason.OVERLOADED, RETRY));
    }

    @Override
    public void giveUp() {
      settle(new Unavailable(Reason.INTROSPECTION_UNAVAILABLE, RETRY));
    }

    @Override
    public void start() {
      long asked = environment.nanoTime().getAsLong();
      Duration left = Duration.ofNanos(Math.max(1_000_000, deadlineNanos - asked));
      try {
        CompletableFuture<Endpoint.Answer> answer =
            endpoint.ask(token, environment.clock().millis(), left);
        question = answer;
        var _ = answer.whenComplete((found, bug) -> land(found, bug, asked));
      } catch (RuntimeException bug) {
        land(null, bug, asked);
      }
    }

    private void land(Endpoint.@Nullable Answer found, @Nullable Throwable bug, long asked) {
      Duration took = Duration.ofNanos(environment.nanoTime().getAsLong() - asked);
      switch (found) {
        case Endpoint.Answered(Verification verification) -> answered(verification, took, asked);
        case Endpoint.Failed(String reason, Duration retryAfter) ->
            failed(reason, took, retryAfter);
        case null -> unanswered(bug, took);
      }
    }

    private void unanswered(@Nullable Throwable bug, Duration took) {
      if (bug instanceof CancellationException) {
        queue.ended(this, Outcome.BROKEN_OFF, () -> flights.remove(digest, this));
      } else {
        failed("failure of the gateway: " + kind(bug), took, RETRY);
      }
    }

    private void answered(Verification verification, Duration took, long asked) {
      remembered.take(digest, verification, asked);
      boolean accepted = !(verification instanceof Rejected);
      lastAnswer = environment.clock().instant();
      lastError = null;
      environment.listener().answered(settings.issuerName(), took, accepted);
      Outcome outcome = accepted ? Outcome.ACCEPTED : Outcome.REFUSED;
      queue.ended(this, outcome, () -> settle(verification));
    }

    private void failed(String reason, Duration took, Duration retryAfter) {
      lastError = reason;
      environment.listener().failed(settings.issuerName(), took, reason);
      var unavailable = new Unavailable(Reason.INTROSPECTION_UNAVAILABLE, retryAfter);
      queue.ended(this, Outcome.FAILED, () -> settle(unavailable));
    }

    /** Not its message, which might hold anything. */
    private static String kind(@Nullable Throwable bug) {
      Throwable cause = bug == null || bug.getCause() == null ? bug : bug.getCause();
      return cause == null ? "nothing" : cause.getClass().getName();
    }

    private void settle(Verification verification) {
      List<Passenger> told = landed();
      flights.remove(digest, this);
      told.forEach(passenger -> passenger.answer().complete(verification));
    }

    private synchronized List<Passenger> landed() {
      over = true;
      return List.copyOf(passengers);
    }
  }
}
