package dev.bearward.config;

import dev.bearward.access.IdentityHeader;
import dev.bearward.access.IdentityNames;
import dev.bearward.access.RoutePlan;
import dev.bearward.cors.CorsPolicy;
import dev.bearward.http.Header;
import dev.bearward.http.HeaderRules;
import dev.bearward.route.RouteProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Fixed header rules of a route. Refused are names that mean something to the connection, the
 * framing or the forwarding, and those that another part of the configuration owns.
 */
final class HeaderRulesReader {
  private static final int MOST = 32;
  private static final Pattern REQUEST_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,63}");
  private static final Pattern RESPONSE_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}");
  private static final Pattern VALUE = Pattern.compile("[!-~]([ -~]*[!-~])?");
  private static final String VALUE_EXPECTED =
      "a text of printable ASCII, without spaces at its ends";
  private static final String OURS =
      "a header that is not about the connection, the framing or the forwarding";

  private static final Set<String> OF_BOTH =
      Set.of(
          "connection",
          "content-length",
          "http2-settings",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** Also those by which an upstream could run something else than was decided on (rule 176). */
  private static final Set<String> OF_REQUESTS =
      Set.of(
          "client-cert",
          "client-cert-chain",
          "dpop",
          "expect",
          "forwarded",
          "max-forwards",
          "proxy",
          "via",
          "x-http-method",
          "x-http-method-override",
          "x-method-override",
          "x-original-http-method",
          "x-original-method",
          "x-original-uri",
          "x-original-url",
          "x-rewrite-url");

  private final String requestIdHeader;

  HeaderRulesReader(String requestIdHeader) {
    this.requestIdHeader = requestIdHeader;
  }

  /** Where a name stands. */
  private enum Kind {
    SET,
    ADD,
    REMOVE
  }

  /**
   * Rules for requests.
   *
   * @param token what becomes of the client's token
   */
  @Nullable HeaderRules ofRequest(Value value, String token) {
    return read(value, Keys.REQUEST_HEADERS, (kind, name) -> wrongOnRequest(kind, name, token));
  }

  /**
   * Rules for responses.
   *
   * @param cors what the route says of other origins, or null
   */
  @Nullable HeaderRules ofResponse(Value value, @Nullable CorsPolicy cors) {
    boolean ownsCors = cors instanceof CorsPolicy.Answered;
    return read(
        value, Keys.RESPONSE_HEADERS, (kind, name) -> wrongOnResponse(kind, name, ownsCors));
  }

  private @Nullable HeaderRules read(
      Value value, Keys keys, BiFunction<Kind, String, @Nullable String> wrong) {
    Section rules = value.section(keys);
    if (rules == null) {
      return null;
    }
    var taken = new ArrayList<String>();
    List<Header> set = rules.or("set", List.of(), v -> fields(v, Kind.SET, wrong, taken));
    List<Header> add = rules.or("add", List.of(), v -> fields(v, Kind.ADD, wrong, taken));
    List<String> remove = rules.or("remove", List.of(), v -> names(v, wrong, taken));
    return new HeaderRules(set, add, remove);
  }

  private List<Header> fields(
      Value value,
      Kind kind,
      BiFunction<Kind, String, @Nullable String> wrong,
      List<String> taken) {
    List<Section.Named> entries = value.names("a mapping of header names to texts");
    if (entries.size() > MOST) {
      value.refuse("at most " + MOST + " headers");
    }
    var headers = new ArrayList<Header>();
    for (Section.Named entry : entries) {
      String fault = fault(kind, entry.name(), wrong, taken);
      if (fault != null) {
        Value at = entry.value();
        String message = Shown.text(entry.name()) + " (expected: " + fault + ")";
        at.problems().add(entry.at(), at.path(), message);
      }
      String text = entry.value().text(VALUE, VALUE_EXPECTED);
      if (fault == null && text != null) {
        headers.add(new Header(entry.name(), text));
      }
    }
    return headers;
  }

  private @Nullable List<String> names(
      Value value, BiFunction<Kind, String, @Nullable String> wrong, List<String> taken) {
    return value.list(
        0,
        MOST,
        item -> {
          String name = item.text("a header name");
          String fault = name == null ? null : fault(Kind.REMOVE, name, wrong, taken);
          if (fault != null) {
            item.refuse(fault);
          }
          return fault == null ? name : null;
        });
  }

  private @Nullable String fault(
      Kind kind,
      String name,
      BiFunction<Kind, String, @Nullable String> wrong,
      List<String> taken) {
    String lower = name.toLowerCase(Locale.ROOT);
    String fault = wrong.apply(kind, lower);
    if (fault == null && new IdentityNames(List.of(requestIdHeader)).contains(lower)) {
      fault = "another name than server.requestIdHeader";
    }
    if (fault == null && taken.contains(lower)) {
      fault = "each header in one place, whatever its case";
    }
    taken.add(lower);
    return fault;
  }

  private static @Nullable String wrongOnRequest(Kind kind, String name, String token) {
    if (!REQUEST_NAME.matcher(name).matches()) {
      return "a header name of letters, digits and hyphens";
    }
    if (name.equals("host")) {
      return "rewrite.host for what the upstream is asked for";
    }
    if (name.equals("authorization")) {
      return kind == Kind.SET && token.equals("strip")
          ? null
          : "set, with token: strip; the client's own is the matter of token";
    }
    boolean ours =
        OF_BOTH.contains(name)
            || OF_REQUESTS.contains(name)
            || Stream.of("proxy-", "sec-websocket-", "x-forwarded").anyMatch(name::startsWith);
    return ours ? OURS : null;
  }

  private static @Nullable String wrongOnResponse(Kind kind, String name, boolean ownsCors) {
    if (!RESPONSE_NAME.matcher(name).matches()) {
      return "a header name";
    }
    if (name.equals("vary") && kind != Kind.ADD) {
      return "add; caches need what the upstream says";
    }
    if (ownsCors && name.startsWith("access-control-")) {
      return "cors, which sets these";
    }
    boolean ours =
        OF_BOTH.contains(name)
            || name.equals("date")
            || Stream.of("proxy-", "sec-websocket-").anyMatch(name::startsWith);
    return ours ? OURS : null;
  }

  /** Rules about request headers that some route makes from claims. */
  static List<RouteProblem> claimed(List<RoutePlan> plans) {
    var made =
        new IdentityNames(
            plans.stream().flatMap(p -> p.identity().stream()).map(IdentityHeader::name).toList());
    var problems = new ArrayList<RouteProblem>();
    for (RoutePlan plan : plans) {
      HeaderRules rules = plan.changes().requestHeaders();
      Stream.of(rules.replaced().stream(), rules.add().stream().map(Header::name))
          .flatMap(names -> names)
          .filter(made::contains)
          .map(name ->
              new RouteProblem(
                  plan.route().origin(),
                  null,
                  "requestHeaders: " + name + " (expected: a name that no route's identity has)"))
          .forEach(problems::add);
    }
    return problems;
  }
}
