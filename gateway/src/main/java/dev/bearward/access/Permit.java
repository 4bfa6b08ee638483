package dev.bearward.access;

import dev.bearward.http.Authority;
import dev.bearward.http.Header;
import dev.bearward.http.HeaderRules;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.route.Route;
import dev.bearward.token.Verified;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The only key to the upstream: holds the decided head and route, and can be used once. Made only
 * in this room, so what nobody checked cannot be forwarded.
 */
public final class Permit implements AccessDecision {
  /** Stands for a time that never comes. */
  public static final long FOREVER = Long.MAX_VALUE;

  private final RequestHead head;
  private final RouteTerms terms;
  private final @Nullable Verified identity;
  private final List<Header> ownHeaders;
  private final List<Header> responseHeaders;
  private final List<Header> refusalHeaders;
  private final boolean forwardsToken;
  private final @Nullable Reason reported;
  private boolean used;
  private boolean entered;

  Permit(
      RequestHead head,
      RouteTerms terms,
      @Nullable Verified identity,
      List<Header> ownHeaders,
      List<Header> responseHeaders,
      List<Header> refusalHeaders,
      boolean forwardsToken,
      @Nullable Reason reported) {
    this.head = head;
    this.terms = terms;
    this.identity = identity;
    this.ownHeaders = ownHeaders;
    this.responseHeaders = responseHeaders;
    this.refusalHeaders = refusalHeaders;
    this.forwardsToken = forwardsToken;
    this.reported = reported;
  }

  /**
   * Takes the head to forward: without the token where that came in the query or a cookie, with the
   * path as the route rewrites it.
   *
   * @throws IllegalStateException when it was taken before
   */
  public RequestHead use() {
    if (used) {
      throw new IllegalStateException("permit: used twice (expected: once)");
    }
    used = true;
    return head;
  }

  /**
   * Takes a place among the exchanges of the route in flight, until {@link #leave}. Called just
   * before the exchange is forwarded, on its event loop.
   *
   * @return false when all are taken: then it is refused as {@code OVERLOADED}
   */
  public boolean enter() {
    InFlight places = terms.inFlight();
    entered = places != null && places.enter();
    return places == null || entered;
  }

  /** Gives the place back, if one was taken, however the exchange ended. */
  public void leave() {
    InFlight places = terms.inFlight();
    if (entered && places != null) {
      entered = false;
      places.leave();
    }
  }

  /** The same permit, with more to say on the response, whoever gives it. */
  Permit telling(List<Header> more) {
    return new Permit(
        head,
        terms,
        identity,
        ownHeaders,
        joined(responseHeaders, more),
        joined(refusalHeaders, more),
        forwardsToken,
        reported);
  }

  private static List<Header> joined(List<Header> headers, List<Header> more) {
    return Stream.concat(headers.stream(), more.stream()).toList();
  }

  /** The matched route. */
  public Route route() {
    return terms.route();
  }

  /** What the upstream is asked for: host and port of the client's request, or of the rewrite. */
  public Authority authority() {
    Authority host = terms.host();
    return host == null ? head.authority() : host;
  }

  /** Most bytes of a request body, {@link Long#MAX_VALUE} for no limit. */
  public long maxBody() {
    Long limit = terms.route().maxBody();
    return limit == null ? Long.MAX_VALUE : limit;
  }

  /**
   * From when on an exchange that lasts is to be ended, since its token is over, in milliseconds
   * since the epoch; {@link #FOREVER} where there is no token or the route lets it run on.
   */
  public long goodUntilMillis() {
    Verified who = identity;
    return who == null || !terms.closesAtExpiry() ? FOREVER : who.goodUntilMillis();
  }

  /** Who calls, or null on a public route and where that is only reported to be unknown. */
  public @Nullable Verified identity() {
    return identity;
  }

  /** Whether the Authorization field goes upstream. */
  public boolean forwardsToken() {
    return forwardsToken;
  }

  /**
   * Why the request would have been refused on a route that did not only report; null when it would
   * not.
   */
  public @Nullable Reason reported() {
    return reported;
  }

  /**
   * Request headers of the gateway's own, to be set upstream: made from claims, and the route's.
   */
  public List<Header> ownHeaders() {
    return ownHeaders;
  }

  /**
   * Headers to be added to whatever response follows (CORS, rate limits), after the upstream's own
   * ones are dropped if {@link #ownsCors()}. Vary is added to the upstream's Vary, never put in its
   * place. {@code Cache-Control: private} is for 2xx responses that do not say as much (RFC 6750
   * section 2.3), {@code Sec-WebSocket-Protocol} for a 101 that names none.
   */
  public List<Header> responseHeaders() {
    return responseHeaders;
  }

  /** Whether the upstream's own Access-Control fields are dropped (rule 170). */
  public boolean ownsCors() {
    return terms.ownsCors();
  }

  /** What is changed of the upstream's response, before {@link #responseHeaders()} are added. */
  public HeaderRules responseRules() {
    return terms.responseRules();
  }

  /**
   * Names of fields whose clients' copies are removed: those that any route makes from claims, and
   * those that this route sets or removes.
   */
  public IdentityNames ownNames() {
    return terms.ownNames();
  }

  /** The refusal to write when the request fails after it was permitted, CORS included. */
  public Denial refuse(Reason reason) {
    return new Denial(
        reason,
        terms.route(),
        identity,
        terms.challenge(reason, head),
        refusalHeaders,
        Denial.defaultRetryAfter(reason),
        reported);
  }
}
