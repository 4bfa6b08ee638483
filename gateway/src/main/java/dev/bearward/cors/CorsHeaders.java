package dev.bearward.cors;

import dev.bearward.http.Header;
import dev.bearward.http.RequestHead;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The CORS headers of one route, made once: for each origin allowed the lists stand ready, so that
 * a request costs one look-up. An origin that is not allowed gets no Access-Control field at all.
 */
public final class CorsHeaders {
  private static final Header VARY = new Header("Vary", "Origin");

  /** Who answers a preflight. */
  public enum Answerer {
    /** Nobody in particular: it is a request like any other. */
    NOBODY,
    /** The gateway. */
    GATEWAY,
    /** The upstream. */
    UPSTREAM
  }

  /** Of a route without a CORS policy. */
  public static final CorsHeaders NONE =
      new CorsHeaders(Answerer.NOBODY, Choice.NOTHING, Choice.NOTHING, Choice.NOTHING);

  private final Answerer answerer;
  private final Choice onResponses;
  private final Choice onRefusals;
  private final Choice onPreflights;

  private CorsHeaders(
      Answerer answerer, Choice onResponses, Choice onRefusals, Choice onPreflights) {
    this.answerer = answerer;
    this.onResponses = onResponses;
    this.onRefusals = onRefusals;
    this.onPreflights = onPreflights;
  }

  /**
   * Makes the headers of a route.
   *
   * @param policy its policy, or null for none
   * @param routeMethods methods it takes, for a policy that names none; never empty
   * @param credentials the fields by which clients prove who they are
   */
  public static CorsHeaders of(
      @Nullable CorsPolicy policy, Collection<String> routeMethods, Credentials credentials) {
    return switch (policy) {
      case null -> NONE;
      case CorsPolicy.Passthrough passthrough -> passthrough(passthrough, credentials);
      case CorsPolicy.Answered answered -> answered(answered, routeMethods, credentials);
    };
  }

  /**
   * Fields that a route's authentication needs, whatever its policy says.
   *
   * @param sent request fields; preflights always allow them by name (rule 166)
   * @param answered response fields that scripts must be able to read (rule 169)
   */
  public record Credentials(List<String> sent, List<String> answered) {
    /** Of a public route. */
    public static final Credentials NONE = new Credentials(List.of(), List.of());

    /** Of a route that takes Bearer tokens; what else scripts may read is the policy's matter. */
    public static final Credentials BEARER = new Credentials(List.of("Authorization"), List.of());

    public Credentials {
      sent = List.copyOf(sent);
      answered = List.copyOf(answered);
    }
  }

  private static CorsHeaders passthrough(CorsPolicy.Passthrough policy, Credentials credentials) {
    List<String> origins = policy.origins().isEmpty() ? List.of("*") : policy.origins();
    Header expose =
        list(
            "Access-Control-Expose-Headers",
            joined(List.of("WWW-Authenticate"), credentials.answered()));
    Choice refusals = Choice.of(origins, origin -> List.of(allowOrigin(origin), expose));
    return new CorsHeaders(Answerer.UPSTREAM, Choice.NOTHING, refusals, Choice.NOTHING);
  }

  private static CorsHeaders answered(
      CorsPolicy.Answered policy, Collection<String> routeMethods, Credentials credentials) {
    List<String> exposed = joined(policy.exposeHeaders(), credentials.answered());
    Choice actual = Choice.of(policy.origins(), origin -> actual(policy, exposed, origin));
    Collection<String> methods =
        policy.methods().isEmpty() ? new TreeSet<>(routeMethods) : policy.methods();
    Choice preflight =
        Choice.of(policy.origins(), origin -> preflight(policy, origin, methods, credentials));
    return new CorsHeaders(Answerer.GATEWAY, actual, actual, preflight);
  }

  /** Two lists of names; those that stand in the first, in whatever case, are not repeated. */
  private static List<String> joined(List<String> names, List<String> more) {
    var joined = new ArrayList<>(names);
    for (String name : more) {
      if (joined.stream().noneMatch(name::equalsIgnoreCase)) {
        joined.add(name);
      }
    }
    return joined;
  }

  private static List<Header> actual(
      CorsPolicy.Answered policy, List<String> exposed, String origin) {
    var headers = new ArrayList<Header>();
    headers.add(allowOrigin(origin));
    if (policy.credentials()) {
      headers.add(new Header("Access-Control-Allow-Credentials", "true"));
    }
    if (!exposed.isEmpty()) {
      headers.add(list("Access-Control-Expose-Headers", exposed));
    }
    return headers;
  }

  private static List<Header> preflight(
      CorsPolicy.Answered policy,
      String origin,
      Collection<String> methods,
      Credentials credentials) {
    boolean wildcard = policy.headers().contains("*");
    List<String> own =
        wildcard ? joined(policy.headers(), Credentials.BEARER.sent()) : policy.headers();
    List<String> names = joined(own, credentials.sent());
    var headers = new ArrayList<Header>();
    headers.add(allowOrigin(origin));
    if (policy.credentials()) {
      headers.add(new Header("Access-Control-Allow-Credentials", "true"));
    }
    headers.add(list("Access-Control-Allow-Methods", methods));
    if (!names.isEmpty()) {
      headers.add(list("Access-Control-Allow-Headers", names));
    }
    headers.add(new Header("Access-Control-Max-Age", Long.toString(policy.maxAge().toSeconds())));
    return headers;
  }

  private static Header allowOrigin(String origin) {
    return new Header("Access-Control-Allow-Origin", origin);
  }

  private static Header list(String name, Collection<String> values) {
    return new Header(name, String.join(", ", values));
  }

  /** Who answers a preflight for this route. */
  public Answerer answerer() {
    return answerer;
  }

  /** Whether the upstream's own Access-Control fields are dropped (rule 170). */
  public boolean own() {
    return answerer == Answerer.GATEWAY;
  }

  /** Whether scripts of the request's origin may read what the gateway says. */
  public boolean allows(RequestHead head) {
    return onRefusals.allows(head);
  }

  /** Headers to add to the upstream's response. */
  public List<Header> onResponse(RequestHead head) {
    return onResponses.of(head);
  }

  /** Headers to add to a refusal of the gateway's own (rule 163). */
  public List<Header> onRefusal(RequestHead head) {
    return onRefusals.of(head);
  }

  /** Headers of the answer to a preflight. */
  public List<Header> onPreflight(RequestHead head) {
    return onPreflights.of(head);
  }

  /**
   * Header lists by origin. With listed origins the answer depends on Origin, so that Vary stands
   * in each of them, also when there is no Origin or another one (rule 168).
   */
  private record Choice(Map<String, List<Header>> byOrigin, List<Header> otherwise, boolean any) {
    static final Choice NOTHING = new Choice(Map.of(), List.of(), false);

    static Choice of(List<String> origins, Function<String, List<Header>> headers) {
      if (origins.equals(List.of("*"))) {
        return new Choice(Map.of(), List.copyOf(headers.apply("*")), true);
      }
      var byOrigin = new HashMap<String, List<Header>>();
      for (String origin : origins) {
        var list = new ArrayList<>(headers.apply(origin));
        list.add(VARY);
        byOrigin.put(origin, List.copyOf(list));
      }
      return new Choice(byOrigin, List.of(VARY), false);
    }

    List<Header> of(RequestHead head) {
      if (byOrigin.isEmpty()) {
        return otherwise;
      }
      String origin = head.headers().first(Preflight.ORIGIN);
      return origin == null ? otherwise : byOrigin.getOrDefault(origin, otherwise);
    }

    boolean allows(RequestHead head) {
      String origin = head.headers().first(Preflight.ORIGIN);
      return any || (origin != null && byOrigin.containsKey(origin));
    }
  }
}
