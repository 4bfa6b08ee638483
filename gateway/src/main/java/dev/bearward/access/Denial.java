package dev.bearward.access;

import dev.bearward.http.Header;
import dev.bearward.http.Reason;
import dev.bearward.route.Route;
import dev.bearward.token.Verified;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A refused request and all that its response says. Made only in this room. */
public final class Denial implements AccessDecision {
  private static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(1);

  private final Reason reason;
  private final @Nullable Route route;
  private final @Nullable Verified identity;
  private final @Nullable String challenge;
  private final List<Header> headers;
  private final @Nullable Duration retryAfter;
  private final @Nullable Reason reported;

  Denial(
      Reason reason,
      @Nullable Route route,
      @Nullable Verified identity,
      @Nullable String challenge,
      List<Header> headers,
      @Nullable Duration retryAfter) {
    this(reason, route, identity, challenge, headers, retryAfter, null);
  }

  /**
   * @param reported why a route that only reports would have refused the request before, or null
   */
  Denial(
      Reason reason,
      @Nullable Route route,
      @Nullable Verified identity,
      @Nullable String challenge,
      List<Header> headers,
      @Nullable Duration retryAfter,
      @Nullable Reason reported) {
    this.reason = reason;
    this.route = route;
    this.identity = identity;
    this.challenge = challenge;
    this.headers = headers;
    this.retryAfter = retryAfter;
    this.reported = reported;
  }

  /** A refusal before any route could match, such as a request that is not well-formed HTTP. */
  public static Denial unrouted(Reason reason) {
    return new Denial(reason, null, null, null, List.of(), defaultRetryAfter(reason));
  }

  /** When to come again if nobody knows better, or null where coming again does not help. */
  static @Nullable Duration defaultRetryAfter(Reason reason) {
    return reason.status() == 503 ? DEFAULT_RETRY_AFTER : null;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** The matched route, or null when none matched. */
  public @Nullable Route route() {
    return route;
  }

  /** Who was refused, or null when no token was verified. */
  public @Nullable Verified identity() {
    return identity;
  }

  /** Value of WWW-Authenticate (RFC 6750 section 3), or null where no token is at fault. */
  public @Nullable String challenge() {
    return challenge;
  }

  /** Further headers: CORS, Allow. */
  public List<Header> headers() {
    return headers;
  }

  /**
   * Why the request would have been refused at the gate on a route that did not only report; null
   * when it would not.
   */
  public @Nullable Reason reported() {
    return reported;
  }

  /** When to come again, or null. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
