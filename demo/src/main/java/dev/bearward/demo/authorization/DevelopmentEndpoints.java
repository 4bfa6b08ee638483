package dev.bearward.demo.authorization;

import dev.bearward.demo.web.Json;
import dev.bearward.demo.web.Parameters;
import dev.bearward.demo.web.Request;
import dev.bearward.demo.web.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Shortcuts that no real authorization server has: a token without a sign-in, and a new signing key
 * on request. Pages of foreign sites are refused.
 */
final class DevelopmentEndpoints {
  static final int MAX_BODY_BYTES = 8 * 1024;
  static final long MAX_LIFETIME_SECONDS = 30L * 24 * 3600;
  private static final int MAX_AUDIENCE_CHARACTERS = 200;
  private static final Set<String> FIELDS = Set.of("user", "scope", "expires_in", "audience");

  private final DevelopmentIssuer issuer;
  private final TokenMint mint;
  private final SigningKeys keys;
  private final Caller caller;

  DevelopmentEndpoints(DevelopmentIssuer issuer, TokenMint mint, SigningKeys keys, Caller caller) {
    this.issuer = issuer;
    this.mint = mint;
    this.keys = keys;
    this.caller = caller;
  }

  /** {@code POST /dev/token}: an access token for a sample user, as JSON. */
  Response token(Request request) throws IOException {
    if (!caller.mayUseDevelopmentEndpoints(request)) {
      return foreign();
    }
    if (request.method().equals("OPTIONS")) {
      return readable(request, preflight());
    }
    if (!request.method().equals("POST")) {
      return Response.methodNotAllowed("POST, OPTIONS");
    }
    return readable(request, mint(request));
  }

  /** {@code POST /dev/rotate}: signs with a new key; {@code ?retire=true} drops the others. */
  Response rotate(Request request) {
    if (!caller.mayUseDevelopmentEndpoints(request)) {
      return foreign();
    }
    if (!request.method().equals("POST")) {
      return Response.methodNotAllowed("POST");
    }
    Optional<String> retire = Parameters.parse(request.query()).flatMap(q -> q.single("retire"));
    boolean atOnce = retire.isPresent() && retire.get().equals("true");
    if (retire.isPresent() && !atOnce && !retire.get().equals("false")) {
      return invalid("retire: " + retire.get() + " (expected: true or false)");
    }
    String kid = keys.rotate(atOnce).getKeyID();
    return Response.json(200, Map.of("kid", kid, "published", keys.publicKeys().getKeys().size()));
  }

  private Response mint(Request request) throws IOException {
    if (!request.hasContentType("application/json")) {
      return Response.problem(415, "Unsupported Media Type", "Send application/json.");
    }
    Optional<Map<String, Object>> fields = request.body(MAX_BODY_BYTES).flatMap(Json::readObject);
    if (fields.isEmpty() || !FIELDS.containsAll(fields.get().keySet())) {
      return invalid("expected: one JSON object with user, scope, expires_in, audience");
    }
    return mint(fields.get());
  }

  private Response mint(Map<String, Object> fields) {
    Optional<Account> account = text(fields, "user").flatMap(Account::named);
    if (account.isEmpty()) {
      return invalid("user: (expected: one of the sample users, alice or bob)");
    }
    if (fields.containsKey("scope") && text(fields, "scope").isEmpty()) {
      return invalid("scope: (expected: names, separated by spaces)");
    }
    Object seconds =
        fields.getOrDefault("expires_in", Math.toIntExact(issuer.tokenLifetime().toSeconds()));
    if (!(seconds instanceof Integer lifetime)
        || Math.abs((long) lifetime) > MAX_LIFETIME_SECONDS) {
      return invalid("expires_in: (expected: seconds, at most 30 days, negative for the past)");
    }
    Optional<String> audience =
        fields.containsKey("audience") ? text(fields, "audience") : Optional.of(issuer.audience());
    if (audience.filter(a -> a.length() <= MAX_AUDIENCE_CHARACTERS).isEmpty()) {
      return invalid("audience: (expected: text of at most 200 characters)");
    }
    Scopes asked = text(fields, "scope").map(Scopes::parse).orElse(Scopes.KNOWN);
    Scopes granted = asked.and(account.get().may());
    return minted(
        new TokenMint.Grant(
            account.get(), issuer.clients().getFirst().id(), granted, audience.get()),
        lifetime);
  }

  private Response minted(TokenMint.Grant grant, int lifetimeSeconds) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("access_token", mint.accessToken(grant, Duration.ofSeconds(lifetimeSeconds)));
    members.put("token_type", "Bearer");
    members.put("expires_in", lifetimeSeconds);
    members.put("scope", grant.scopes().toString());
    return Response.json(200, members);
  }

  private Response readable(Request request, Response response) {
    return caller
        .clientPage(request)
        .map(origin -> response.with("Access-Control-Allow-Origin", origin).with("Vary", "Origin"))
        .orElse(response);
  }

  private static Response preflight() {
    return Response.empty(204)
        .with("Access-Control-Allow-Methods", "POST")
        .with("Access-Control-Allow-Headers", "Content-Type");
  }

  private static Response foreign() {
    return Response.problem(
        403, "Forbidden", "Development endpoints answer no pages of other sites.");
  }

  private static Response invalid(String detail) {
    return Response.problem(400, "Bad Request", detail);
  }

  private static Optional<String> text(Map<String, Object> fields, String name) {
    return fields.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }
}
