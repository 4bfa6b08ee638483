package dev.bearward.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.http.Reason;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestToken;
import dev.bearward.token.BindingSettings.Demand;
import dev.bearward.token.TokenVerifier.Rejected;
import dev.bearward.token.TokenVerifier.Verification;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the claims of a well-signed token must say. */
final class ClaimRulesTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final TestIssuer ISSUER =
      new TestIssuer("test", "https://issuer.example/", CLOCK, JwsAlgorithm.ES256);
  private static final IssuerSettings LENIENT = ISSUER.settings();
  private static final IssuerSettings RFC9068 =
      Settings.of(LENIENT).profile(IssuerSettings.Profile.RFC9068).build();

  private static Verification verify(IssuerSettings settings, TestToken token) {
    return verifyAt(NOW.toEpochMilli(), settings, token);
  }

  private static Verification verifyAt(long millis, IssuerSettings settings, TestToken token) {
    InstantSource clock = () -> Instant.ofEpochMilli(millis);
    return new JwtVerifier(
            List.of(settings), ISSUER.keySource(), new CryptoInUse(), Set.of(), clock)
        .verify(token.sign());
  }

  private static void assertAccepted(IssuerSettings settings, TestToken token) {
    assertThat(verify(settings, token)).isInstanceOf(Verified.class);
  }

  private static void assertRejected(Reason reason, IssuerSettings settings, TestToken token) {
    assertThat(verify(settings, token)).isEqualTo(new Rejected(reason));
  }

  private static TestToken token() {
    return ISSUER.token();
  }

  private static TestToken profiled() {
    return token().header("typ", "at+jwt").claim("client_id", "spa").claim("jti", "j1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"})
  @DisplayName("rule 16: the profile wants typ at+jwt, in any case")
  void profile_accessTokenType_accepts(String type) {
    assertAccepted(RFC9068, profiled().header("typ", type));
    assertAccepted(LENIENT, token().header("typ", type));
  }

  @Test
  @DisplayName("rule 16: in the profile no typ, or JWT, is refused")
  void profile_otherType_rejects() {
    assertRejected(Reason.WRONG_TYPE, RFC9068, profiled().withoutHeader("typ"));
    assertRejected(Reason.WRONG_TYPE, RFC9068, profiled().header("typ", "JWT"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"JWT", "jwt", "Jwt"})
  @DisplayName("rule 26: outside the profile typ JWT or none is an access token as well")
  void lenient_jwtType_accepts(String type) {
    assertAccepted(LENIENT, token().header("typ", type));
    assertAccepted(LENIENT, token().withoutHeader("typ"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dpop+jwt",
        "logout+jwt",
        "secevent+jwt",
        "application/secevent+jwt",
        "client-authentication+jwt",
        "JOSE",
        "JOSE+JSON",
        "token-introspection+jwt",
        "",
        "at+jwt ",
        "at+jwtx",
        "JWT;x"
      })
  @DisplayName("rules 26, 45: typ is an allow-list; other kinds of JWT are refused")
  void type_anotherKind_rejects(String type) {
    assertRejected(Reason.WRONG_TYPE, LENIENT, token().header("typ", type));
    assertRejected(Reason.WRONG_TYPE, RFC9068, profiled().header("typ", type));
  }

  @Test
  @DisplayName("rule 45: a client assertion is not from a configured issuer")
  void verify_clientAssertion_rejects() {
    assertRejected(Reason.UNKNOWN_ISSUER, LENIENT, token().claim("iss", "spa").subject("spa"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ID", "id", "Refresh", "Offline", "Logout"})
  @DisplayName("rule 26: a payload typ of another kind of token is refused")
  void payload_anotherKind_rejects(String kind) {
    assertRejected(Reason.WRONG_TYPE, LENIENT, token().claim("typ", kind));
    assertRejected(Reason.WRONG_TYPE, RFC9068, profiled().claim("typ", kind));
  }

  @Test
  @DisplayName("rule 26: an ID token does not pass, though its aud is ours; nonce alone is no sign")
  void payload_idTokenSigns_rejects() {
    assertRejected(Reason.WRONG_TYPE, LENIENT, token().claim("at_hash", "x"));
    assertRejected(Reason.WRONG_TYPE, LENIENT, token().claim("c_hash", "x"));
    assertRejected(Reason.WRONG_TYPE, LENIENT, token().claim("events", Map.of("a", Map.of())));
    assertAccepted(LENIENT, token().claim("nonce", "n").claim("typ", "Bearer"));
    assertAccepted(LENIENT, token().claim("typ", 7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "ID", "refresh"})
  @DisplayName("rule 26: Cognito and others say in token_use what kind of token it is")
  void payload_tokenUseOfAnotherKind_rejects(String use) {
    assertRejected(Reason.WRONG_TYPE, LENIENT, token().claim("token_use", use));
    assertAccepted(LENIENT, token().claim("token_use", "access"));
  }

  @Test
  @DisplayName(
      "rule 26: ID tokens pass only where the issuer's profile says so, and nothing else does")
  void profile_idToken_takesThemAndNoOtherKind() {
    IssuerSettings idTokens = Settings.of(LENIENT).profile(IssuerSettings.Profile.ID_TOKEN).build();
    assertAccepted(idTokens, token().claim("at_hash", "x").claim("c_hash", "y").claim("typ", "ID"));
    assertAccepted(idTokens, token().claim("token_use", "id").withoutHeader("typ"));
    assertRejected(Reason.WRONG_TYPE, idTokens, token().claim("events", Map.of("a", Map.of())));
    assertRejected(Reason.WRONG_TYPE, idTokens, token().header("typ", "logout+jwt"));
    for (String kind : List.of("Refresh", "Offline", "Logout")) {
      assertRejected(Reason.WRONG_TYPE, idTokens, token().claim("typ", kind));
    }
    for (String name : List.of("exp", "aud", "sub", "iat")) {
      assertRejected(Reason.MISSING_CLAIM, idTokens, token().without(name));
    }
  }

  @Test
  @DisplayName(
      "rules 20, 49: the audience stands in another claim where the issuer's settings say so")
  void audienceClaim_other_isTheAudience() {
    IssuerSettings client =
        Settings.of(LENIENT).audienceClaim(ClaimPath.of("client_id")).audiences("spa").build();
    TestToken withoutAud = token().without("aud").claim("client_id", "spa");
    assertThat(verify(client, withoutAud))
        .isInstanceOfSatisfying(
            Verified.class, token -> assertThat(token.audiences()).containsExactly("spa"));
    assertRejected(Reason.WRONG_AUDIENCE, client, withoutAud.claim("client_id", "other"));
    assertRejected(Reason.WRONG_AUDIENCE, client, withoutAud.claim("client_id", "spa "));
    assertRejected(Reason.MISSING_CLAIM, client, token().claim("aud", "spa"));
    assertRejected(Reason.MISSING_CLAIM, client, token().claim("client_id", null));
  }

  @Test
  @DisplayName("rules 20, 49: such a claim may be nested and an array, and is as strict as aud")
  void audienceClaim_nestedArray_isTheAudience() {
    IssuerSettings nested =
        Settings.of(LENIENT).audienceClaim(new ClaimPath(List.of("api", "for"))).build();
    String ours = TestIssuer.AUDIENCE;
    assertAccepted(nested, token().claim("api", Map.of("for", List.of("other", ours))));
    assertRejected(Reason.WRONG_AUDIENCE, nested, token().claim("api", Map.of("for", 7)));
    assertRejected(
        Reason.WRONG_AUDIENCE, nested, token().claim("api", Map.of("for", List.of(ours, 7))));
    assertRejected(Reason.MISSING_CLAIM, nested, token().claim("api", Map.of()));
    assertRejected(Reason.MISSING_CLAIM, nested, token().claim("api", ours));
  }

  @Test
  @DisplayName("rule 22: the RFC 9068 profile wants aud wherever the audience stands")
  void audienceClaim_inTheProfile_doesNotReplaceAud() {
    IssuerSettings both =
        Settings.of(RFC9068).audienceClaim(ClaimPath.of("client_id")).audiences("spa").build();
    assertAccepted(both, profiled());
    assertRejected(Reason.MISSING_CLAIM, both, profiled().without("aud"));
  }

  @Test
  @DisplayName("rule 20: one of several audiences is enough; theirs and ours may be lists")
  void audience_oneOfSeveral_accepts() {
    IssuerSettings several = Settings.of(LENIENT).audiences("one", "two").build();
    assertAccepted(several, token().claim("aud", "two"));
    assertAccepted(several, token().audience("zero", "one"));
    assertRejected(Reason.WRONG_AUDIENCE, several, token().audience("zero", "three"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Appointments:api",
        "appointments:api/",
        "appointments:ap",
        "appointments:apis",
        " appointments:api",
        "appointments:api other",
        "*",
        ""
      })
  @DisplayName("rules 20, 49, 179: aud is compared exactly")
  void audience_other_rejects(String audience) {
    assertRejected(Reason.WRONG_AUDIENCE, LENIENT, token().claim("aud", audience));
    assertRejected(Reason.WRONG_AUDIENCE, LENIENT, token().audience(audience));
  }

  @Test
  @DisplayName("rule 49: aud is a string or an array of strings; missing or empty is refused")
  void audience_shape_isStrict() {
    assertRejected(Reason.MISSING_CLAIM, LENIENT, token().without("aud"));
    assertRejected(Reason.WRONG_AUDIENCE, LENIENT, token().claim("aud", List.of()));
    String ours = TestIssuer.AUDIENCE;
    for (Object bad :
        Arrays.asList(
            null,
            1,
            true,
            Map.of(ours, 1),
            List.of(ours, 1),
            List.of(List.of(ours)),
            Arrays.asList(ours, null))) {
      assertRejected(Reason.TOKEN_MALFORMED, LENIENT, token().claim("aud", bad));
    }
  }

  @Test
  @DisplayName("rule 22: the profile wants sub, client_id, iat and jti as well")
  void profile_lackingClaim_rejects() {
    assertAccepted(RFC9068, profiled());
    for (String name : List.of("exp", "aud", "sub", "client_id", "iat", "jti", "iss")) {
      assertRejected(Reason.MISSING_CLAIM, RFC9068, profiled().without(name));
    }
    for (String name : List.of("sub", "client_id", "jti")) {
      assertRejected(Reason.MISSING_CLAIM, RFC9068, profiled().claim(name, null));
      assertRejected(Reason.TOKEN_MALFORMED, RFC9068, profiled().claim(name, 1));
      assertAccepted(LENIENT, token().without(name));
    }
    assertRejected(Reason.MISSING_CLAIM, LENIENT, token().without("exp"));
  }

  @Test
  @DisplayName("rule 22: iss is a string")
  void issuer_notString_isMalformed() {
    for (Object bad : Arrays.asList(null, 1, List.of(ISSUER.issuer()))) {
      assertRejected(Reason.TOKEN_MALFORMED, LENIENT, token().claim("iss", bad));
    }
  }

  @ParameterizedTest
  @CsvSource({"29999,true", "30000,false", "30001,false", "0,true", "-1,true"})
  @DisplayName("rules 21, 47: exp plus skew is the first moment that is too late")
  void exp_boundary_isExact(long millisAfter, boolean accepted) {
    Verification verification =
        verifyAt(NOW.toEpochMilli() + millisAfter, LENIENT, token().expiresAt(NOW));
    assertThat(verification instanceof Verified).isEqualTo(accepted);
    if (!accepted) {
      assertThat(verification).isEqualTo(new Rejected(Reason.EXPIRED));
    }
  }

  @ParameterizedTest
  @CsvSource({"nbf,30000,true", "nbf,30001,false", "iat,30000,true", "iat,30001,false"})
  @DisplayName("rules 47, 48: nbf and iat ahead by more than the skew are refused")
  void nbfAndIat_boundary_isExact(String name, long millisBefore, boolean accepted) {
    Verification verification =
        verifyAt(
            NOW.toEpochMilli() - millisBefore,
            LENIENT,
            token().without("iat").claim(name, NOW.getEpochSecond()));
    assertThat(verification instanceof Verified).isEqualTo(accepted);
    if (!accepted) {
      assertThat(verification).isEqualTo(new Rejected(Reason.NOT_YET_VALID));
    }
  }

  @Test
  @DisplayName("rule 47: without skew the boundaries are the claims themselves")
  void times_withoutSkew_areExact() {
    IssuerSettings exact = Settings.of(LENIENT).clockSkew(Duration.ZERO).build();
    TestToken token = token().without("iat").expiresAt(NOW).notBefore(NOW.minusSeconds(1));
    long now = NOW.toEpochMilli();
    assertThat(verifyAt(now, exact, token)).isEqualTo(new Rejected(Reason.EXPIRED));
    assertThat(verifyAt(now - 1, exact, token)).isInstanceOf(Verified.class);
    assertThat(verifyAt(now - 1000, exact, token)).isInstanceOf(Verified.class);
    assertThat(verifyAt(now - 1001, exact, token)).isEqualTo(new Rejected(Reason.NOT_YET_VALID));
  }

  @Test
  @DisplayName("rule 46: fractions of a second count")
  void times_fractions_count() {
    IssuerSettings exact = Settings.of(LENIENT).clockSkew(Duration.ZERO).build();
    long now = NOW.toEpochMilli();
    BigDecimal half = BigDecimal.valueOf(NOW.getEpochSecond()).add(new BigDecimal("0.5"));
    TestToken token = token().claim("exp", half);
    assertThat(verifyAt(now + 499, exact, token)).isInstanceOf(Verified.class);
    assertThat(verifyAt(now + 500, exact, token)).isEqualTo(new Rejected(Reason.EXPIRED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"exp", "nbf", "iat"})
  @DisplayName("rule 46: exp, nbf and iat are JSON numbers and nothing else")
  void times_notNumbers_areMalformed(String name) {
    for (Object bad :
        Arrays.asList(null, true, "1", "1790000000", List.of(1), Map.of("a", 1), "NaN")) {
      assertRejected(Reason.TOKEN_MALFORMED, LENIENT, token().claim(name, bad));
    }
    for (String bad :
        List.of(
            "NaN",
            "Infinity",
            "-Infinity",
            "+1",
            "01",
            "1.",
            ".5",
            "0x10",
            "1e",
            "1e99999999999",
            "1e-99999999999",
            "9".repeat(101),
            "1." + "0".repeat(101))) {
      assertRawRejected(name, bad);
    }
  }

  private static void assertRawRejected(String name, String number) {
    String payload = rawPayload(name, number);
    String token =
        TestToken.compact("{\"alg\":\"ES256\",\"kid\":\"ES256\"}", payload, ISSUER.key());
    assertThat(verifier().verify(token))
        .as(payload)
        .isEqualTo(new Rejected(Reason.TOKEN_MALFORMED));
  }

  private static String rawPayload(String name, String number) {
    return "{\"iss\":\"%s\",\"aud\":\"%s\",%s\"%s\":%s}"
        .formatted(
            ISSUER.issuer(),
            TestIssuer.AUDIENCE,
            name.equals("exp") ? "" : "\"exp\":" + (NOW.getEpochSecond() + 100) + ",",
            name,
            number);
  }

  private static TokenVerifier verifier() {
    return new JwtVerifier(
        List.of(LENIENT), ISSUER.keySource(), new CryptoInUse(), Set.of(), CLOCK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e30",
        "9223372036854775808",
        "9223372036854775807",
        "18446744073709551616",
        "1e999999999",
        "1E+100",
        "1.7976931348623157e308",
        "2e400"
      })
  @DisplayName("rule 46: numbers beyond all bounds are very late, without overflow")
  void times_hugeNumbers_areVeryLate(String number) {
    String header = "{\"alg\":\"ES256\",\"kid\":\"ES256\"}";
    TokenVerifier verifier = verifier();
    Verification late =
        verifier.verify(TestToken.compact(header, rawPayload("exp", number), ISSUER.key()));
    assertThat(late)
        .isInstanceOfSatisfying(
            Verified.class,
            verified ->
                assertThat(verified.expiresAtMillis()).isEqualTo(NumericDate.LATEST_MILLIS));
    for (String name : List.of("nbf", "iat")) {
      assertThat(verifier.verify(TestToken.compact(header, rawPayload(name, number), ISSUER.key())))
          .isEqualTo(new Rejected(Reason.NOT_YET_VALID));
    }
    assertThat(
            verifier.verify(
                TestToken.compact(header, rawPayload("exp", "-" + number), ISSUER.key())))
        .isEqualTo(new Rejected(Reason.EXPIRED));
  }

  @Test
  @DisplayName("rule 48: a token that lives longer than configured is refused")
  void maxLifetime_exceeded_rejects() {
    IssuerSettings short1h = Settings.of(LENIENT).maxLifetime(Duration.ofHours(1)).build();
    assertAccepted(short1h, token().expiresAt(NOW.plusSeconds(3600)));
    assertRejected(Reason.TOO_LONG_LIVED, short1h, token().expiresAt(NOW.plusSeconds(3601)));
    assertRejected(Reason.TOO_LONG_LIVED, short1h, token().claim("exp", BigInteger.TWO.pow(80)));
    assertRejected(Reason.MISSING_CLAIM, short1h, token().without("iat"));
  }

  @Test
  @DisplayName("rule 48: a token that was issued too long ago is refused, skew allowed for")
  void maxTokenAge_exceeded_rejects() {
    IssuerSettings young = Settings.of(LENIENT).maxTokenAge(Duration.ofMinutes(10)).build();
    long now = NOW.toEpochMilli();
    assertThat(verifyAt(now + 630_000, young, token())).isInstanceOf(Verified.class);
    assertThat(verifyAt(now + 630_001, young, token())).isEqualTo(new Rejected(Reason.TOO_OLD));
    assertRejected(Reason.MISSING_CLAIM, young, token().without("iat"));
  }

  @Test
  @DisplayName("rule 48: limits of any size are taken without overflow")
  void limits_huge_areTaken() {
    Duration huge = Duration.ofSeconds(Long.MAX_VALUE);
    IssuerSettings generous =
        Settings.of(LENIENT).maxTokenAge(huge).maxLifetime(huge).clockSkew(huge).build();
    assertAccepted(generous, token().expiresAt(NOW.minusSeconds(5)));
  }

  @Test
  @DisplayName("rule 25: scope is separated by spaces, scp may be an array; each counts exactly")
  void scopes_stringOrArray_areUnited() {
    assertThat(scopes(LENIENT, token().claim("scope", "a  b ").claim("scp", List.of("c", "d e"))))
        .containsExactlyInAnyOrder("a", "b", "c", "d e");
    assertThat(scopes(LENIENT, token().claim("scp", "x y"))).containsExactlyInAnyOrder("x", "y");
    assertThat(scopes(LENIENT, token().claim("scope", "a\tb"))).containsExactly("a\tb");
    assertThat(scopes(LENIENT, token())).isEmpty();
  }

  @Test
  @DisplayName("rule 25: anything but strings grants nothing")
  void scopes_otherTypes_grantNothing() {
    for (Object bad : Arrays.asList(null, 1, true, Map.of("a", 1), List.of("a", 1))) {
      assertThat(scopes(LENIENT, token().claim("scope", bad))).isEmpty();
    }
  }

  @Test
  @DisplayName("rule 25: permissions count only where the configuration says so, nested or not")
  void scopes_permissions_onlyByChoice() {
    TestToken token =
        token()
            .claim("permissions", List.of("read"))
            .claim("realm_access", Map.of("roles", List.of("admin")));
    assertThat(scopes(LENIENT, token)).isEmpty();
    IssuerSettings chosen =
        Settings.of(LENIENT)
            .scopeClaims(
                ClaimPath.of("permissions"), new ClaimPath(List.of("realm_access", "roles")))
            .build();
    assertThat(scopes(chosen, token)).containsExactlyInAnyOrder("read", "admin");
  }

  private static Set<String> scopes(IssuerSettings settings, TestToken token) {
    return ((Verified) verify(settings, token)).scopes();
  }

  @Test
  @DisplayName("rule 27: azp names the client where client_id does not")
  void clientId_orAzp() {
    assertThat(clientId(token().claim("azp", "spa"))).isEqualTo("spa");
    assertThat(clientId(token().claim("azp", "spa").claim("client_id", "batch")))
        .isEqualTo("batch");
    assertThat(clientId(token())).isNull();
    Verified machine = (Verified) verify(LENIENT, token().subject("m2m").claim("client_id", "m2m"));
    assertThat(machine.subject()).isEqualTo(machine.clientId());
  }

  private static @Nullable String clientId(TestToken token) {
    return ((Verified) verify(LENIENT, token)).clientId();
  }

  private static final String DIGEST = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
  private static final Map<String, Object> TO_KEY = Map.of("jkt", DIGEST);
  private static final Map<String, Object> TO_CERTIFICATE = Map.of("x5t#S256", DIGEST);
  private static final Map<String, Object> TO_BOTH = Map.of("jkt", DIGEST, "x5t#S256", DIGEST);

  private static IssuerSettings binding(Demand dpop, Demand mtls) {
    return Settings.of(LENIENT).binding(dpop, mtls).build();
  }

  private static void assertBound(
      @Nullable String key, @Nullable String certificate, IssuerSettings settings, Object cnf) {
    assertThat(verify(settings, token().claim("cnf", cnf)))
        .isInstanceOfSatisfying(
            Verified.class,
            verified ->
                assertThat(verified.confirmation()).isEqualTo(new Confirmation(key, certificate)));
  }

  @Test
  @DisplayName("rules 69, 78: a token bound in a way that is disabled is refused")
  void confirmation_disabled_rejects() {
    for (Map<String, Object> cnf : List.of(TO_KEY, TO_CERTIFICATE, TO_BOTH)) {
      assertRejected(Reason.BINDING_NOT_SUPPORTED, LENIENT, token().claim("cnf", cnf));
    }
    IssuerSettings dpop = binding(Demand.OPTIONAL, Demand.DISABLED);
    IssuerSettings mtls = binding(Demand.DISABLED, Demand.OPTIONAL);
    assertRejected(Reason.BINDING_NOT_SUPPORTED, dpop, token().claim("cnf", TO_CERTIFICATE));
    assertRejected(Reason.BINDING_NOT_SUPPORTED, dpop, token().claim("cnf", TO_BOTH));
    assertRejected(Reason.BINDING_NOT_SUPPORTED, mtls, token().claim("cnf", TO_KEY));
    assertRejected(Reason.BINDING_NOT_SUPPORTED, mtls, token().claim("cnf", TO_BOTH));
  }

  @Test
  @DisplayName(
      "rules 69, 78: a binding that is allowed is a fact of the token, to be checked later")
  void confirmation_allowed_isKept() {
    IssuerSettings both = binding(Demand.OPTIONAL, Demand.OPTIONAL);
    assertBound(DIGEST, null, both, TO_KEY);
    assertBound(null, DIGEST, both, TO_CERTIFICATE);
    assertBound(DIGEST, DIGEST, both, TO_BOTH);
    assertBound(DIGEST, null, both, Map.of("jkt", DIGEST, "kid", "k"));
    assertBound(DIGEST, DIGEST, binding(Demand.REQUIRED, Demand.REQUIRED), TO_BOTH);
    assertThat(((Verified) verify(both, token())).confirmation()).isNull();
    assertThat(((Verified) verify(both, token().claim("cnf", null))).confirmation()).isNull();
  }

  @Test
  @DisplayName("rules 69, 78: where a binding is required a token without it is refused")
  void confirmation_requiredAndAbsent_rejects() {
    IssuerSettings dpop = binding(Demand.REQUIRED, Demand.OPTIONAL);
    IssuerSettings mtls = binding(Demand.OPTIONAL, Demand.REQUIRED);
    assertRejected(Reason.PROOF_MISSING, dpop, token());
    assertRejected(Reason.PROOF_MISSING, dpop, token().claim("cnf", null));
    assertRejected(Reason.PROOF_MISSING, dpop, token().claim("cnf", TO_CERTIFICATE));
    assertRejected(Reason.PROOF_MISSING, mtls, token());
    assertRejected(Reason.PROOF_MISSING, mtls, token().claim("cnf", TO_KEY));
  }

  static Stream<Object> strangeConfirmations() {
    return Stream.of(
        "x",
        7,
        true,
        List.of(TO_KEY),
        Map.of(),
        Map.of("kid", "k"),
        Map.of("jwk", Map.of("kty", "EC")),
        Map.of("JKT", DIGEST),
        Map.of("jkt", ""),
        Map.of("jkt", 7),
        Map.of("jkt", List.of(DIGEST)),
        Map.of("jkt", DIGEST + "="),
        Map.of("jkt", DIGEST + "AA"),
        Map.of("jkt", DIGEST.substring(1)),
        Map.of("jkt", DIGEST.replace('-', '+')),
        Map.of("jkt", DIGEST, "x5t#S256", "x"),
        Map.of("jkt", 1, "x5t#S256", DIGEST));
  }

  @ParameterizedTest
  @MethodSource("strangeConfirmations")
  @DisplayName("rules 69, 78: a confirmation that cannot be checked is refused, never overlooked")
  void confirmation_strange_rejects(Object cnf) {
    IssuerSettings both = binding(Demand.OPTIONAL, Demand.OPTIONAL);
    assertRejected(Reason.BINDING_NOT_SUPPORTED, both, token().claim("cnf", cnf));
    assertRejected(Reason.BINDING_NOT_SUPPORTED, LENIENT, token().claim("cnf", cnf));
  }

  @Test
  @DisplayName("requireClaims: a missing claim is the token's fault, another value forbids")
  void requireClaims_missingOrOther_rejects() {
    IssuerSettings spaOnly =
        Settings.of(LENIENT)
            .requireClaims(
                new ClaimCondition.In(
                    ClaimPath.of("azp"), List.of(new ClaimValue.Text("spa-client"))))
            .build();
    assertAccepted(spaOnly, token().claim("azp", "spa-client"));
    assertRejected(Reason.CLAIM_MISMATCH, spaOnly, token().claim("azp", "other"));
    assertRejected(Reason.MISSING_CLAIM, spaOnly, token());
    assertRejected(Reason.MISSING_CLAIM, spaOnly, token().claim("azp", null));
  }

  @Test
  @DisplayName("settings: what cannot be meant does not become settings")
  void settings_senseless_throw() {
    assertThatThrownBy(() -> Settings.of(LENIENT).audiences().build())
        .hasMessageContaining("audience: none");
    assertThatThrownBy(() -> Settings.of(LENIENT).algorithms().build())
        .hasMessageContaining("algorithms: none");
    assertThatThrownBy(() -> Settings.of(LENIENT).clockSkew(Duration.ofSeconds(-1)).build())
        .hasMessageContaining("clockSkew");
    assertThatThrownBy(() -> new SharedSecret("too short".getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("32 bytes");
    assertThat(new SharedSecret(new byte[32]).toString()).isEqualTo("(secret)");
  }
}
