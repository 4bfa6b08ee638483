package dev.bearward.config;

import java.util.List;
import java.util.stream.Stream;

/**
 * The keys of every mapping of the file: those that are built, and those of the contract that are
 * not built yet. The latter are refused by name, so that nobody believes they do something.
 */
enum Keys {
  FILE(
      "",
      "server admin issuers tokenCache upstreams defaults routes metadata accessLog revocation cluster",
      "tracing"),
  SERVER(
      "server",
      "listen publicUrl trustedProxies realm requestIdHeader limits timeouts tls http2"
          + " proxyProtocol",
      ""),
  SERVER_TLS("server.tls", "certificate key certificates clientAuth clientCa", ""),
  SERVER_CERTIFICATE("server.tls.certificates[]", "certificate key", ""),
  SERVER_LIMITS(
      "server.limits",
      "requestLine headers headerCount connections pending token failedVerifications",
      ""),
  FAILED_VERIFICATIONS("server.limits.failedVerifications", "perAddress per", ""),
  SERVER_TIMEOUTS("server.timeouts", "header body idle webSocketIdle drain", ""),
  ADMIN("admin", "listen token", ""),
  ISSUER(
      "issuers[]",
      "name issuer audience audienceClaim algorithms keys secret insecureHttp refresh http clockSkew"
          + " maxTokenAge maxLifetime profile scopeClaims requireClaims binding introspection",
      ""),
  BINDING("issuers[].binding", "dpop mtls proofAge nonce", ""),
  ISSUER_KEYS("issuers[].keys", "url file inline", ""),
  SECRET("issuers[].secret", "value encoding", ""),
  REFRESH("issuers[].refresh", "every cooldown burst timeout staleFor persist", ""),
  ISSUER_HTTP("issuers[].http", "ca proxy tokenFile", ""),
  INTROSPECTION("issuers[].introspection", "url clientId clientSecret cache concurrency", ""),
  REQUIRED_CLAIM("issuers[].requireClaims[]", "claim equals contains in", ""),
  TOKEN_CACHE("tokenCache", "maxBytes", ""),
  UPSTREAM("upstreams.*", "endpoints balance protocol tls timeouts pool health outlier retry", ""),
  UPSTREAM_TLS("upstreams.*.tls", "ca certificate key serverName", ""),
  UPSTREAM_TIMEOUTS("upstreams.*.timeouts", "connect response idle", ""),
  HEALTH("upstreams.*.health", "path interval unhealthyAfter healthyAfter", ""),
  OUTLIER("upstreams.*.outlier", "consecutiveFailures ejectFor", ""),
  RETRY("upstreams.*.retry", "additional when budgetPercent", ""),
  POOL("upstreams.*.pool", "maxConnections maxPending wait", ""),
  DEFAULTS("defaults", "cors timeouts limits identity", ""),
  ROUTE(
      "routes[]",
      "name hosts path methods upstream require public catchesRest mode token tokenFrom origins"
          + " identity rewrite requestHeaders responseHeaders rateLimit cors limits"
          + " timeouts encodedSlash emptySegments pathParameters closeAtExpiry",
      ""),
  TOKEN_SOURCE("routes[].tokenFrom[]", "query cookie webSocketProtocol", ""),
  REQUIRE("routes[].require", "issuers audiences scopes anyScope claims acr", ""),
  ACR("routes[].require.acr", "anyOf maxAge", ""),
  ROUTE_CLAIM("routes[].require.claims[]", "claim equals contains in", ""),
  IDENTITY("routes[].identity.*", "claim as", ""),
  REWRITE("routes[].rewrite", "stripPrefix addPrefix host", ""),
  REQUEST_HEADERS("routes[].requestHeaders", "set add remove", ""),
  RESPONSE_HEADERS("routes[].responseHeaders", "set add remove", ""),
  CORS("routes[].cors", "origins methods headers exposeHeaders credentials maxAge", ""),
  RATE_LIMIT("routes[].rateLimit", "requests per burst by", ""),
  RATE_LIMIT_BY("routes[].rateLimit.by", "claim", ""),
  ROUTE_LIMITS("routes[].limits", "body concurrency", ""),
  ROUTE_TIMEOUTS("routes[].timeouts", "response", ""),
  METADATA("metadata", "enabled resource", ""),
  ACCESS_LOG("accessLog", "format claims", ""),
  REVOCATION("revocation", "persist", ""),
  CLUSTER("cluster", "redis ca whenUnavailable", "");

  static final String NOT_BUILT = "not built yet in this version";

  private final String where;
  private final String built;
  private final String notBuilt;

  Keys(String where, String built, String notBuilt) {
    this.where = where;
    this.built = built;
    this.notBuilt = notBuilt;
  }

  /** The mapping's path; {@code []} is any item, {@code *} any name. */
  String where() {
    return where;
  }

  List<String> built() {
    return List.of(built.split(" "));
  }

  List<String> notBuilt() {
    return notBuilt.isEmpty() ? List.of() : List.of(notBuilt.split(" "));
  }

  List<String> all() {
    return Stream.concat(built().stream(), notBuilt().stream()).toList();
  }
}
