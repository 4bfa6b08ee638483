package dev.bearward.access;

import dev.bearward.http.Header;
import dev.bearward.http.Reason;
import dev.bearward.route.Route;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A refused request and all that its response says. Made only in this room. */
public final class Denial implements AccessDecision {
  private final Reason reason;
  private final @Nullable Route route;
  private final @Nullable String challenge;
  private final List<Header> headers;
  private final @Nullable Duration retryAfter;

  Denial(
      Reason reason,
      @Nullable Route route,
      @Nullable String challenge,
      List<Header> headers,
      @Nullable Duration retryAfter) {
    this.reason = reason;
    this.route = route;
    this.challenge = challenge;
    this.headers = List.copyOf(headers);
    this.retryAfter = retryAfter;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** The matched route, or null when none matched. */
  public @Nullable Route route() {
    return route;
  }

  /** Value of WWW-Authenticate (RFC 6750 section 3), or null where no token is at fault. */
  public @Nullable String challenge() {
    return challenge;
  }

  /** Further headers: CORS, Allow. */
  public List<Header> headers() {
    return headers;
  }

  /** When to come again, or null. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
