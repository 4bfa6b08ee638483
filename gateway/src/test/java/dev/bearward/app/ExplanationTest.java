package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.config.Configuration;
import dev.bearward.config.Reading;
import dev.bearward.config.Surroundings;
import dev.bearward.http.Check;
import dev.bearward.http.Check.Standing;
import dev.bearward.http.Reason;
import dev.bearward.testing.Conversation;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.testing.TestProof;
import dev.bearward.testing.TestToken;
import dev.bearward.token.JwsAlgorithm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What explain tells is what the running gateway does: the same requests go to both. */
class ExplanationTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String PUBLIC = "https://api.example.com";
  private static final TestIssuer TEST = issuer("test");
  private static final TestIssuer STRICT = issuer("strict");
  private static final TestIssuer BOUND = issuer("bound");
  private static final TestIssuer FAR = issuer("far");
  private static final TestKey CLIENT = TestKey.generate(JwsAlgorithm.ES256, "client");

  /** Refusals that take an upstream, time, load, TLS, or what an issuer says. */
  private static final Set<Reason> NOT_BY_REQUEST =
      EnumSet.of(
          Reason.INACTIVE,
          Reason.REVOKED, // see ExplainCommandTest
          Reason.NONCE_REQUIRED,
          Reason.STATE_UNAVAILABLE,
          Reason.OVERLOADED,
          Reason.DRAINING,
          Reason.REQUEST_TIMEOUT,
          Reason.MISDIRECTED,
          Reason.RATE_LIMITED,
          Reason.UPSTREAM_UNAVAILABLE,
          Reason.UPSTREAM_RESET,
          Reason.UPSTREAM_INVALID_RESPONSE,
          Reason.UPSTREAM_TIMEOUT,
          Reason.INTERNAL_ERROR);

  private static RawUpstream upstream;
  private static Reading.Loaded loaded;
  private static Gateway gateway;

  private static Instant now() {
    return Instant.now();
  }

  private static TestIssuer issuer(String name) {
    return new TestIssuer(
        name, "https://" + name + ".example/", InstantSource.system(), JwsAlgorithm.ES256);
  }

  @BeforeAll
  static void startParts() throws IOException {
    upstream = RawUpstream.answering(OK);
    loaded = load(yaml(upstream.port()));
    gateway = Gateway.start(loaded.settings(), new ByteArrayOutputStream());
  }

  @AfterAll
  static void stopParts() {
    gateway.close();
    upstream.close();
  }

  private static Reading.Loaded load(String yaml) {
    Reading reading =
        new Configuration(Surroundings.ofProcess())
            .read("gateway.yaml", null, yaml.getBytes(StandardCharsets.UTF_8));
    assertThat(reading).isInstanceOf(Reading.Loaded.class);
    return (Reading.Loaded) reading;
  }

  private static String yaml(int port) {
    return """
    server:
      listen: "127.0.0.1:0"
      publicUrl: %s
      limits: {token: 4KiB, headers: 16KiB, failedVerifications: {perAddress: 10000, per: 1s}}
    admin: {listen: disabled}
    metadata: {enabled: true}
    issuers:
      - {name: test, issuer: "%s", audience: "appointments:api", keys: {inline: '%s'}}
      - name: strict
        issuer: "%s"
        audience: "appointments:api"
        keys: {inline: '%s'}
        profile: rfc9068
        maxTokenAge: 30m
        maxLifetime: 2h
        requireClaims: [{claim: azp, in: [spa]}]
      - name: bound
        issuer: "%s"
        audience: "appointments:api"
        keys: {inline: '%s'}
        binding: {dpop: optional, mtls: optional}
      - name: far
        issuer: "%s"
        audience: "appointments:api"
        keys: {url: "http://127.0.0.1:1/jwks"}
        introspection: {url: "http://127.0.0.1:1/ask", clientId: me, clientSecret: not-a-secret-0}
    upstreams: {app: "http://127.0.0.1:%d"}
    defaults: {cors: {origins: ["https://spa.example"]}}
    routes:
      - {path: /api/**, methods: [GET, POST], upstream: app, require: {}}
      - {path: /scoped, upstream: app, require: {scopes: [read, write]}}
      - {path: /any, upstream: app, require: {anyScope: [read, write]}}
      - path: /claims
        upstream: app
        require: {claims: [{claim: email_verified, equals: true}]}
      - {path: /acr, upstream: app, require: {acr: {anyOf: [mfa], maxAge: 15m}}}
      - {path: /strict, upstream: app, require: {issuers: [strict]}}
      - {path: /audience, upstream: app, require: {audiences: [other]}}
      - {path: /named, upstream: app, require: {}, identity: {X-User: sub}}
      - {path: /open, upstream: app, public: true, limits: {body: 10B}}
      - path: /places
        upstream: app
        require: {}
        origins: ["https://spa.example"]
        tokenFrom: [header, {query: access_token}, {cookie: session}]
      - {path: /keyed, upstream: app, require: {}, requestHeaders: {set: {X-Api-Key: upstream-key-0}}}
      - {path: /report, upstream: app, require: {scopes: [write]}, mode: report}
    """
        .formatted(
            PUBLIC,
            TEST.issuer(),
            flat(TEST),
            STRICT.issuer(),
            flat(STRICT),
            BOUND.issuer(),
            flat(BOUND),
            FAR.issuer(),
            port);
  }

  private static String flat(TestIssuer issuer) {
    return issuer.jwks().replaceAll("\\s+", "");
  }

  /** One request and what it is refused with, or null. */
  record Case(String name, @Nullable Reason reason, String request, List<String> headers) {
    @Override
    public String toString() {
      return (reason == null ? "through" : reason.label()) + ": " + name;
    }

    Question question() {
      return new Question(request, headers, null, null, Instant.now());
    }
  }

  private static Case with(
      String name, @Nullable Reason reason, String request, String... headers) {
    return new Case(name, reason, request, List.of(headers));
  }

  private static Case token(@Nullable Reason reason, String name, String path, TestToken token) {
    return with(name, reason, "GET " + path, "Authorization: " + token.bearer());
  }

  private static TestToken strict() {
    return STRICT
        .token()
        .header("typ", "at+jwt")
        .claim("client_id", "spa")
        .claim("azp", "spa")
        .claim("jti", "1");
  }

  private static TestToken bound() {
    return BOUND.token().claim("cnf", Map.of("jkt", TestProof.thumbprint(CLIENT)));
  }

  private static Case proved(@Nullable Reason reason, String name, String htu) {
    String token = bound().sign();
    String proof = TestProof.of(CLIENT, "GET", PUBLIC + htu, token, now()).sign();
    return with(name, reason, "GET /api/1", "Authorization: DPoP " + token, "DPoP: " + proof);
  }

  static Stream<Case> cases() {
    return Stream.of(requests(), credentials(), tokens(), policies(), elsewhere())
        .flatMap(part -> part);
  }

  private static Stream<Case> requests() {
    String key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    return Stream.of(
        with("public", null, "GET /open", "X-User: root"),
        with("HTTP/1.0", null, "GET /open HTTP/1.0"),
        with("absolute form", null, "GET http://api.example.com/open"),
        with("space in the target", Reason.BAD_REQUEST, "GET /a b"),
        with("two hosts", Reason.BAD_REQUEST, "GET /open", "Host: a", "Host: b"),
        with("space before the colon", Reason.BAD_REQUEST, "GET /open", "X-A : b"),
        with("encoded slash", Reason.AMBIGUOUS_PATH, "GET /api%2Fa"),
        with("dot segment", Reason.AMBIGUOUS_PATH, "GET /api/../a?b=c"),
        with("version", Reason.UNSUPPORTED_VERSION, "GET /open HTTP/2.7"),
        with("long target", Reason.URI_TOO_LONG, "GET /" + "a".repeat(9000)),
        with("long field", Reason.HEADER_TOO_LARGE, "GET /open", "X-A: " + "a".repeat(17_000)),
        with("coding", Reason.UNSUPPORTED_TRANSFER_CODING, "GET /open", "Transfer-Encoding: br"),
        with("expectation", Reason.EXPECTATION_FAILED, "GET /open", "Expect: 200-ok"),
        with("long body", Reason.BODY_TOO_LARGE, "POST /open", "Content-Length: 11"),
        with("no route", Reason.NO_ROUTE, "GET /nowhere"),
        with("method", Reason.METHOD_NOT_ALLOWED, "PUT /api/1"),
        with("TRACE", Reason.METHOD_NOT_ALLOWED, "TRACE /open"),
        with("CONNECT", Reason.METHOD_NOT_ALLOWED, "CONNECT a:1"),
        with(
            "preflight",
            null,
            "OPTIONS /api/1",
            "Origin: https://spa.example",
            "Access-Control-Request-Method: GET"),
        with("metadata", null, "GET /.well-known/oauth-protected-resource"),
        with(
            "WebSocket of another version",
            Reason.WEBSOCKET_VERSION,
            "GET /open",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 12",
            key),
        with(
            "WebSocket of another origin",
            Reason.ORIGIN_NOT_ALLOWED,
            "GET /places",
            "Origin: https://evil.example",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            key));
  }

  private static Stream<Case> credentials() {
    String token = TEST.token().sign();
    String good = "Authorization: Bearer " + token;
    return Stream.of(
        with("none", Reason.NO_TOKEN, "GET /api/1"),
        with("Basic", Reason.NO_TOKEN, "GET /api/1", "Authorization: Basic YTpiYTpiYTpi"),
        with("good", null, "GET /api/1", good),
        with("two", Reason.MULTIPLE_TOKENS, "GET /api/1", good, good),
        with("empty", Reason.MALFORMED_AUTHORIZATION, "GET /api/1", "Authorization: Bearer "),
        with(
            "too large",
            Reason.TOKEN_TOO_LARGE,
            "GET /api/1",
            "Authorization: Bearer " + "a".repeat(5000)),
        with("query", null, "GET /places?access_token=" + token),
        with("query and field", Reason.MULTIPLE_TOKENS, "GET /places?access_token=" + token, good),
        with("cookie", Reason.ORIGIN_NOT_ALLOWED, "GET /places", "Cookie: session=" + token),
        with(
            "cookie of the site",
            null,
            "GET /places",
            "Cookie: session=" + token,
            "Origin: https://spa.example"));
  }

  private static Stream<Case> tokens() {
    String[] parts = TEST.token().sign().split("\\.", -1);
    TestKey stranger = TestKey.generate(JwsAlgorithm.ES256, "stranger");
    return Stream.of(
        with(
            "padding",
            Reason.TOKEN_MALFORMED,
            "GET /api/1",
            "Authorization: Bearer " + parts[0] + "." + parts[1] + "." + parts[2] + "="),
        with(
            "header",
            Reason.TOKEN_MALFORMED,
            "GET /api/1",
            "Authorization: Bearer " + parts[1] + "." + parts[1] + "." + parts[2]),
        with(
            "payload",
            Reason.TOKEN_MALFORMED,
            "GET /api/1",
            "Authorization: Bearer " + parts[0] + ".e30e30e30e." + parts[2]),
        token(Reason.MISSING_CLAIM, "iss", "/api/1", TEST.token().without("iss")),
        token(Reason.UNKNOWN_ISSUER, "iss", "/api/1", TEST.token().claim("iss", "https://x/")),
        token(Reason.ALGORITHM_NOT_ALLOWED, "none", "/api/1", TEST.token().header("alg", "HS256")),
        token(Reason.ALGORITHM_NOT_ALLOWED, "odd", "/api/1", TEST.token().header("alg", "none")),
        token(Reason.UNKNOWN_KEY, "kid", "/api/1", TEST.token(stranger)),
        token(Reason.BAD_SIGNATURE, "other key", "/api/1", TEST.token().signedBy(stranger)),
        token(Reason.KEYS_UNAVAILABLE, "far", "/api/1", FAR.token()),
        token(Reason.WRONG_TYPE, "typ", "/api/1", TEST.token().header("typ", "dpop+jwt")),
        token(Reason.WRONG_TYPE, "ID token", "/api/1", TEST.token().claim("typ", "ID")),
        token(Reason.MISSING_CLAIM, "exp", "/api/1", TEST.token().without("exp")),
        token(Reason.WRONG_AUDIENCE, "aud", "/api/1", TEST.token().audience("a", "b")),
        token(Reason.EXPIRED, "exp", "/api/1", TEST.token().expiresAt(now().minusSeconds(3600))),
        token(
            Reason.NOT_YET_VALID, "nbf", "/api/1", TEST.token().notBefore(now().plusSeconds(900))),
        token(null, "strict", "/strict", strict()),
        token(Reason.MISSING_CLAIM, "jti", "/strict", strict().without("jti")),
        token(
            Reason.TOO_OLD,
            "iat",
            "/strict",
            strict().issuedAt(now().minusSeconds(2400)).expiresAt(now().plusSeconds(60))),
        token(
            Reason.TOO_LONG_LIVED,
            "exp - iat",
            "/strict",
            strict().expiresAt(now().plus(Duration.ofDays(3)))),
        token(Reason.MISSING_CLAIM, "azp", "/strict", strict().without("azp")),
        token(Reason.CLAIM_MISMATCH, "azp", "/strict", strict().claim("azp", "other")),
        token(
            Reason.BINDING_NOT_SUPPORTED,
            "cnf",
            "/api/1",
            TEST.token().claim("cnf", Map.of("jkt", TestProof.thumbprint(CLIENT)))),
        token(Reason.PROOF_MISSING, "Bearer", "/api/1", bound()),
        token(
            Reason.PROOF_MISSING,
            "no certificate",
            "/api/1",
            BOUND.token().claim("cnf", Map.of("x5t#S256", TestProof.thumbprint(CLIENT)))),
        proved(null, "proof", "/api/1"),
        proved(Reason.PROOF_INVALID, "htu", "/api/2"),
        with(
            "opaque",
            Reason.INTROSPECTION_UNAVAILABLE,
            "GET /api/1",
            "Authorization: Bearer opaque-opaque-opaque"));
  }

  private static Stream<Case> policies() {
    return Stream.of(
        token(null, "all", "/scoped", TEST.token().scopes("write", "read")),
        token(Reason.INSUFFICIENT_SCOPE, "one", "/scoped", TEST.token().scopes("read")),
        token(null, "any", "/any", TEST.token().scopes("read")),
        token(Reason.INSUFFICIENT_SCOPE, "no", "/any", TEST.token().scopes("other")),
        token(null, "met", "/claims", TEST.token().claim("email_verified", true)),
        token(
            Reason.CLAIM_MISMATCH, "string", "/claims", TEST.token().claim("email_verified", "t")),
        token(Reason.STEP_UP_REQUIRED, "acr", "/acr", TEST.token().claim("acr", "pwd")),
        token(
            null,
            "acr",
            "/acr",
            TEST.token().claim("acr", "mfa").claim("auth_time", now().getEpochSecond())),
        token(Reason.UNKNOWN_ISSUER, "of the route", "/strict", TEST.token()),
        token(Reason.WRONG_AUDIENCE, "of the route", "/audience", TEST.token()),
        token(null, "identity", "/named", TEST.token()),
        token(Reason.CLAIM_MISMATCH, "identity", "/named", TEST.token().subject("a\r\nb")));
  }

  private static Stream<Case> elsewhere() {
    return Stream.of(
        token(null, "report, met", "/report", TEST.token().scopes("write")),
        with(
            "preflight of nobody",
            Reason.METHOD_NOT_ALLOWED,
            "OPTIONS /api/1",
            "Access-Control-Request-Method: GET"));
  }

  private static Explanation explained(Case request) throws IOException {
    return Explanation.of(loaded.settings(), loaded.places(), Map.of(), request.question());
  }

  private static String sent(Case request) throws IOException {
    try (var socket =
            new Socket(InetAddress.getLoopbackAddress(), gateway.addresses().getFirst().getPort());
        var wire = new Conversation(socket)) {
      wire.send(request.question().head("api.example.com"));
      return Objects.requireNonNull(wire.readRequest());
    }
  }

  /** A response without what differs from one to the next: id, date, and when to come again. */
  private static String steady(String response) {
    return response
        .replaceAll("(?im)^(date|x-request-id|retry-after):.*$", "$1")
        .replaceAll("\"requestId\":\"[^\"]*\"", "requestId");
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName(
      "explain and the running gateway give the same response, and the last check says why")
  void explain_anyRequest_isWhatTheGatewayDoes(Case request) throws IOException {
    Explanation explained = explained(request);
    String response = sent(request);

    assertThat(explained.reason()).isEqualTo(request.reason());
    if (explained.response().isEmpty()) {
      assertThat(response).startsWith("HTTP/1.1 200 OK");
      assertThat(explained.checks()).noneMatch(check -> check.standing() == Standing.FAIL);
    } else {
      assertThat(steady(explained.response())).isEqualTo(steady(response));
    }
    Reason reason = request.reason();
    if (reason != null) {
      Check last = explained.checks().getLast();
      assertThat(last.name()).isEqualTo(reason.label());
      assertThat(last.standing()).isEqualTo(Standing.FAIL);
      assertThat(explained.checks().subList(0, explained.checks().size() - 1))
          .noneMatch(check -> check.standing() == Standing.FAIL);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("rules 12 and 186: no token, proof or part of one is shown")
  void explain_anyRequest_showsNoToken(Case request) throws IOException {
    List<String> secrets = new ArrayList<>();
    for (String header : request.headers()) {
      String value = header.substring(header.indexOf(':') + 1).strip();
      if (header.startsWith("Authorization") || header.startsWith("DPoP")) {
        secrets.addAll(List.of(value.substring(value.indexOf(' ') + 1).split("\\.", -1)));
      }
    }
    String shown = String.join("\n", explained(request).lines());
    assertThat(secrets).filteredOn(part -> part.length() > 7).noneMatch(shown::contains);
    assertThat(shown).doesNotContain("eyJ").doesNotContain("\r");
  }

  @Test
  @DisplayName("every reason that a request or its token can have is among the requests")
  void cases_coverEveryReason() {
    Set<Reason> covered = EnumSet.noneOf(Reason.class);
    cases().map(Case::reason).filter(Objects::nonNull).forEach(covered::add);
    assertThat(EnumSet.complementOf(EnumSet.copyOf(covered)))
        .containsExactlyInAnyOrderElementsOf(NOT_BY_REQUEST);
  }

  @Test
  @DisplayName("where the checks would tell otherwise, the decision is the last word")
  void agreed_checksDiffer_theDecisionCounts() {
    var passed = new Check("no_token", Standing.PASS, "", null);
    var failed = new Check("expired", Standing.FAIL, "", null);
    assertThat(Explanation.agreed(List.of(passed, failed), null)).containsExactly(passed);
    assertThat(Explanation.agreed(List.of(passed, failed), Reason.EXPIRED))
        .containsExactly(passed, failed);
    assertThat(Explanation.agreed(List.of(passed, failed), Reason.RATE_LIMITED))
        .extracting(Check::name)
        .containsExactly("no_token", "rate_limited");
  }

  @Test
  @DisplayName("the line that decided is named: of the route, of the issuer, of the shared block")
  void explain_namesTheLinesOfTheFile() throws IOException {
    String lines =
        lines(token(Reason.CLAIM_MISMATCH, "azp", "/strict", strict().claim("azp", "other")));
    assertThat(lines)
        .containsPattern("pass +unknown_issuer .*\\[gateway.yaml:10\\]")
        .containsPattern("FAIL +claim_mismatch +azp in \\[spa\\]; the token has other .*:16\\]");
    assertThat(lines(token(null, "", "/scoped", TEST.token().scopes("read"))))
        .containsPattern("FAIL +insufficient_scope +wants all of scopes \\[read, write\\].*:31\\]");
    assertThat(
            lines(
                with(
                    "",
                    null,
                    "OPTIONS /api/1",
                    "Origin: https://spa.example",
                    "Access-Control-Request-Method: GET")))
        .containsPattern("pass +preflight .*\\[gateway.yaml:28\\]");
  }

  private static String lines(Case request) throws IOException {
    return String.join("\n", explained(request).lines());
  }

  @Test
  @DisplayName("what goes upstream is shown: what is taken out, and the identity headers")
  void explain_permitted_showsTheHeadThatGoesOn() throws IOException {
    assertThat(
            lines(
                with(
                    "",
                    null,
                    "GET /named?a=b",
                    "Authorization: " + TEST.token().bearer(),
                    "x-user: root",
                    "Keep-Alive: 1")))
        .contains("let through to upstream app (127.0.0.1:")
        .contains("GET /named?a=b HTTP/1.1")
        .contains("X-User: alice")
        .contains("taken out: authorization, keep-alive, x-user");
  }

  @Test
  @DisplayName("rule 175: a route that only reports lets through, and tells what it would refuse")
  void explain_reportMode_tellsBoth() throws IOException {
    Case request = with("", null, "GET /report?a=b", "Authorization: " + TEST.token().bearer());
    assertThat(explained(request).reason()).isEqualTo(Reason.INSUFFICIENT_SCOPE);
    assertThat(lines(request))
        .contains("would be refused: insufficient_scope, but the route only reports")
        .contains("Authorization: (not shown)")
        .contains("GET /report?(not shown) HTTP/1.1");
  }

  @Test
  @DisplayName("a client certificate that was given is the client's (rule 78)")
  void explain_clientCertificate_isCompared() throws IOException {
    String thumbprint = TestProof.thumbprint(CLIENT);
    String token = BOUND.token().claim("cnf", Map.of("x5t#S256", thumbprint)).sign();
    var question = new Question("GET /api/1", List.of(), token, thumbprint, Instant.now());
    var explanation =
        Explanation.of(loaded.settings(), loaded.places(), Map.<String, Path>of(), question);
    assertThat(explanation.reason()).isNull();
    assertThat(explanation.lines()).anyMatch(line -> line.contains("holds the token's key"));
  }

  @Test
  @DisplayName("rule 186: what a route sets may be an upstream's own key, and is never shown")
  void explain_requestHeaders_areNamedAndNotShown() throws IOException {
    Case request = with("", null, "GET /keyed", "Authorization: " + TEST.token().bearer());
    assertThat(explained(request).reason()).isNull();
    assertThat(lines(request))
        .contains("X-Api-Key: (as requestHeaders says)")
        .doesNotContain("upstream-key-0");
  }
}
