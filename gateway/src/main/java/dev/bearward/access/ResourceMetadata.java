package dev.bearward.access;

import dev.bearward.cors.Preflight;
import dev.bearward.http.Header;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.policy.Requirement;
import dev.bearward.token.BindingSettings;
import dev.bearward.token.BindingSettings.Demand;
import dev.bearward.token.ClaimValue;
import dev.bearward.token.IssuerSettings;
import dev.bearward.token.SelfKeyedJws;
import dev.bearward.token.TokenSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Protected resource metadata (RFC 9728): what a client must know to get a token that passes here,
 * made once from what is enforced. Anybody may read it, scripts of all origins included.
 */
public final class ResourceMetadata {
  private static final Header ANY_ORIGIN = new Header("Access-Control-Allow-Origin", "*");
  private static final List<Header> HEADERS =
      List.of(
          new Header("Content-Type", "application/json"),
          new Header("Cache-Control", "max-age=300"),
          ANY_ORIGIN);
  private static final List<Header> PREFLIGHT =
      List.of(
          ANY_ORIGIN,
          new Header("Access-Control-Allow-Methods", "GET, HEAD"),
          new Header("Access-Control-Allow-Headers", "*"),
          new Header("Access-Control-Max-Age", "600"));
  private static final List<Header> ALLOW = List.of(new Header("Allow", "GET, HEAD"), ANY_ORIGIN);

  private final String url;
  private final String path;
  private final String document;

  /** Describes the resource by the issuers and routes that serve it. */
  public ResourceMetadata(
      ResourceIdentifier resource, List<IssuerSettings> issuers, List<RoutePlan> plans) {
    this.url = resource.metadataUrl();
    this.path = resource.metadataPath();
    List<IssuerSettings> accepted = accepted(issuers, plans);
    Map<String, ClaimValue> members = new HashMap<>();
    members.put("resource", new ClaimValue.Text(resource.value()));
    put(members, "authorization_servers", servers(accepted));
    bindings(members, accepted);
    put(members, "scopes_supported", scopes(plans));
    put(members, "bearer_methods_supported", methods(plans));
    String json = ClaimText.json(new ClaimValue.Members(members));
    if (json == null) {
      throw new IllegalArgumentException("metadata: not writable as JSON");
    }
    this.document = json;
  }

  /** A parameter without values is left out (RFC 9728 section 3.2). */
  private static void put(Map<String, ClaimValue> members, String name, Collection<String> values) {
    if (!values.isEmpty()) {
      members.put(
          name,
          new ClaimValue.Array(values.stream().<ClaimValue>map(ClaimValue.Text::new).toList()));
    }
  }

  /** Those whose tokens some route accepts. */
  private static List<IssuerSettings> accepted(
      List<IssuerSettings> issuers, List<RoutePlan> plans) {
    List<Requirement.Token> demands = demands(plans);
    return issuers.stream()
        .filter(issuer ->
            demands.stream()
                .map(Requirement.Token::issuers)
                .anyMatch(names -> names.isEmpty() || names.contains(issuer.name())))
        .toList();
  }

  /** An issuer that is no URL is no authorization server. */
  private static List<String> servers(List<IssuerSettings> accepted) {
    return accepted.stream()
        .map(IssuerSettings::issuer)
        .filter(issuer -> issuer.startsWith("https://") || issuer.startsWith("http://"))
        .toList();
  }

  /** What RFC 9449 section 5.1 and RFC 8705 section 3.3 let a resource say of bound tokens. */
  private static void bindings(Map<String, ClaimValue> members, List<IssuerSettings> accepted) {
    List<BindingSettings> bindings = accepted.stream().map(IssuerSettings::binding).toList();
    if (bindings.stream().anyMatch(binding -> binding.dpop() != Demand.DISABLED)) {
      put(members, "dpop_signing_alg_values_supported", SelfKeyedJws.ALGORITHMS);
      boolean all = bindings.stream().allMatch(binding -> binding.dpop() == Demand.REQUIRED);
      members.put("dpop_bound_access_tokens_required", new ClaimValue.Bool(all));
    }
    if (bindings.stream().anyMatch(binding -> binding.mtls() != Demand.DISABLED)) {
      members.put("tls_client_certificate_bound_access_tokens", new ClaimValue.Bool(true));
    }
  }

  private static Set<String> scopes(List<RoutePlan> plans) {
    var scopes = new TreeSet<String>();
    demands(plans).forEach(demand -> scopes.addAll(demand.scopesToAskFor()));
    return scopes;
  }

  /** The RFC has no word for cookies and sub-protocols. */
  private static Set<String> methods(List<RoutePlan> plans) {
    var methods = new LinkedHashSet<String>();
    for (RoutePlan plan : plans) {
      if (plan.route().requirement() instanceof Requirement.Token) {
        plan.tokenFrom().all().stream()
            .map(ResourceMetadata::method)
            .filter(method -> method != null)
            .forEach(methods::add);
      }
    }
    return new TreeSet<>(methods);
  }

  private static @Nullable String method(TokenSource source) {
    return switch (source) {
      case TokenSource.Header() -> "header";
      case TokenSource.Query _ -> "query";
      case TokenSource.Cookie _, TokenSource.WebSocketProtocol _ -> null;
    };
  }

  private static List<Requirement.Token> demands(List<RoutePlan> plans) {
    var demands = new ArrayList<Requirement.Token>();
    for (RoutePlan plan : plans) {
      if (plan.route().requirement() instanceof Requirement.Token token) {
        demands.add(token);
      }
    }
    return demands;
  }

  /** Its absolute URL, for challenges. */
  String url() {
    return url;
  }

  /** The answer to a request for it, whatever host it names, or null for any other request. */
  @Nullable AccessDecision answer(RequestHead head) {
    if (!head.path().value().equals(path)) {
      return null;
    }
    if (Preflight.requestedMethod(head) != null) {
      return new AccessDecision.Answer(null, 204, PREFLIGHT);
    }
    return switch (head.method()) {
      case "GET", "HEAD" -> new AccessDecision.Answer(null, 200, HEADERS, document);
      default -> new Denial(Reason.METHOD_NOT_ALLOWED, null, null, null, ALLOW, null);
    };
  }
}
