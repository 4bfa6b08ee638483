package dev.bearward.binding;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.http.TestHeads;
import dev.bearward.testing.SteppedTime;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.testing.TestProof;
import dev.bearward.testing.TestToken;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.BindingSettings;
import dev.bearward.token.BindingSettings.Demand;
import dev.bearward.token.IssuerSettings;
import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.TestSettings;
import dev.bearward.token.Verified;
import dev.bearward.token.VerifiedTokens;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One good proof, and everything that can be wrong with it. */
class DpopProofTest {
  private static final String TOKEN = "an-access.token";
  private static final String URI = "https://api.example.com/api/7";
  private static final TestKey KEY = TestKey.generate(JwsAlgorithm.ES256, "client");
  private static final TestKey OTHER = TestKey.generate(JwsAlgorithm.ES256, "other");
  private static final TestKey RSA = TestKey.generate(JwsAlgorithm.RS256, "rsa");
  private static final TestKey SHORT = TestKey.generateRsa(JwsAlgorithm.RS256, "short", 1024);

  private final SteppedTime time = new SteppedTime();
  private final TestIssuer issuer = TestIssuer.simple();

  @AfterEach
  void stopTime() {
    time.close();
  }

  private IssuerSettings settings(boolean nonce) {
    return TestSettings.bound(
        issuer.settings(),
        new BindingSettings(Demand.OPTIONAL, Demand.OPTIONAL, Duration.ofSeconds(60), nonce));
  }

  private static Verified boundTo(TestKey key) {
    return VerifiedTokens.alice().boundTo(TestProof.thumbprint(key), null).build();
  }

  private TestToken proof(TestKey key) {
    return TestProof.of(key, "GET", URI, TOKEN, time.instant());
  }

  private static RequestHead request(String... proofs) {
    var fields = Stream.of("Authorization", "DPoP " + TOKEN);
    var proving = Arrays.stream(proofs).flatMap(proof -> Stream.of("DPoP", proof));
    return TestHeads.head(
        "GET", "h", "/api/7", Stream.concat(fields, proving).toArray(String[]::new));
  }

  private static BearerCredentials.Token token(RequestHead head) {
    var credentials = new BearerCredentials(1_000, _ -> false, true);
    return (BearerCredentials.Token) credentials.read(head.headers());
  }

  private static Possession check(ProofOfPossession checks, RequestHead head, Verified identity) {
    return checks.check(head, token(head), identity);
  }

  private Possession check(String... proofs) {
    return check(TestPossession.of(time, settings(false)), request(proofs), boundTo(KEY));
  }

  private static void assertProven(Possession possession) {
    assertThat(possession).isEqualTo(new Possession.Proven(null));
  }

  private static void assertInvalid(Possession possession, String what) {
    assertThat(possession).isEqualTo(new Possession.Unproven(Reason.PROOF_INVALID, what, null));
  }

  @ParameterizedTest
  @EnumSource(value = JwsAlgorithm.class, names = "HS.*", mode = EnumSource.Mode.MATCH_NONE)
  @DisplayName("rules 71, 72: a good proof by every algorithm with a public key passes")
  void check_goodProof_passes(JwsAlgorithm algorithm) {
    TestKey key = TestKey.generate(algorithm, "k");
    ProofOfPossession checks = TestPossession.of(time, settings(false));
    assertProven(check(checks, request(proof(key).sign()), boundTo(key)));
    if (algorithm == JwsAlgorithm.EDDSA) {
      String named = proof(key).header("alg", "Ed25519").sign();
      assertProven(check(checks, request(named), boundTo(key)));
    }
  }

  @Test
  @DisplayName("rule 70: no proof, two proofs and a list of proofs are refused")
  void check_otherThanOneProof_isRefused() {
    assertThat(check()).isEqualTo(new Possession.Unproven(Reason.PROOF_MISSING, "DPoP", null));
    String good = proof(KEY).sign();
    assertInvalid(check(good, proof(KEY).sign()), "DPoP");
    assertInvalid(check(good, good), "DPoP");
    assertInvalid(check(good + ", " + proof(KEY).sign()), "form");
    assertInvalid(check(""), "form");
    assertInvalid(check("x".repeat(DpopRules.MAX_PROOF_LENGTH + 1)), "DPoP");
  }

  /** A way to spoil a good proof. */
  private static Arguments by(String name, String what, UnaryOperator<TestToken> spoil) {
    return Arguments.of(name, what, spoil);
  }

  private static Map<String, Object> jwk(TestKey key, String name, @Nullable Object value) {
    Map<String, Object> jwk = new HashMap<>(key.publicJwk().getRequiredParams());
    if (value == null) {
      jwk.remove(name);
    } else {
      jwk.put(name, value);
    }
    return jwk;
  }

  private static String x(TestKey key) {
    return String.valueOf(key.publicJwk().getRequiredParams().get("x"));
  }

  static Stream<Arguments> headers() {
    return Stream.of(
        by("no typ", "form", p -> p.withoutHeader("typ")),
        by("typ JWT", "form", p -> p.header("typ", "JWT")),
        by("typ at+jwt", "form", p -> p.header("typ", "at+jwt")),
        by("typ in another case", "form", p -> p.header("typ", "DPOP+jwt")),
        by("typ a number", "form", p -> p.header("typ", 1)),
        by("no alg", "form", p -> p.withoutHeader("alg")),
        by("alg none", "form", p -> p.header("alg", "none")),
        by("alg of another curve", "form", p -> p.header("alg", "ES384")),
        by("alg of another type", "form", p -> p.header("alg", "RS256")),
        by("alg symmetric", "form", p -> p.header("alg", "HS256")),
        by("alg unknown", "form", p -> p.header("alg", "ES256K")),
        by("no jwk", "form", p -> p.withoutHeader("jwk")),
        by("jwk text", "form", p -> p.header("jwk", "x")),
        by("jwk null", "form", p -> p.header("jwk", null)),
        by("jwk empty", "form", p -> p.header("jwk", Map.of())),
        by("jwk private", "form", p -> p.header("jwk", jwk(KEY, "d", x(KEY)))),
        by("jwk with an empty d", "form", p -> p.header("jwk", jwk(KEY, "d", ""))),
        by("jwk symmetric", "form", p -> p.header("jwk", Map.of("kty", "oct", "k", x(KEY)))),
        by("jwk with k", "form", p -> p.header("jwk", jwk(KEY, "k", x(KEY)))),
        by("jwk for encryption", "form", p -> p.header("jwk", jwk(KEY, "use", "enc"))),
        by("jwk for signing", "form", p -> p.header("jwk", jwk(KEY, "key_ops", List.of("sign")))),
        by("jwk key_ops text", "form", p -> p.header("jwk", jwk(KEY, "key_ops", "verify"))),
        by("jwk of another alg", "form", p -> p.header("jwk", jwk(KEY, "alg", "ES384"))),
        by("jwk without y", "form", p -> p.header("jwk", jwk(KEY, "y", null))),
        by("jwk off the curve", "form", p -> p.header("jwk", jwk(KEY, "y", x(KEY)))),
        by("jwk x padded", "form", p -> p.header("jwk", jwk(KEY, "x", x(KEY) + "="))),
        by("jwk x with a line", "form", p -> p.header("jwk", jwk(KEY, "x", x(KEY) + "\n"))),
        by("jwk x short", "form", p -> p.header("jwk", jwk(KEY, "x", x(KEY).substring(4)))),
        by("jwk x a number", "form", p -> p.header("jwk", jwk(KEY, "x", 7))),
        by("jwk of another curve", "form", p -> p.header("jwk", jwk(KEY, "crv", "secp256k1"))),
        by(
            "jwk of another key",
            "jwk",
            p -> p.header("jwk", OTHER.publicJwk().getRequiredParams())),
        by("crit", "form", p -> p.header("crit", List.of("exp"))),
        by("b64", "form", p -> p.header("b64", true)),
        by("zip", "form", p -> p.header("zip", "DEF")),
        by("cty", "form", p -> p.header("cty", "JWT")));
  }

  static Stream<Arguments> claims() {
    return Stream.of(
        by("no htm", "htm", p -> p.without("htm")),
        by("another method", "htm", p -> p.claim("htm", "POST")),
        by("method in lower case", "htm", p -> p.claim("htm", "get")),
        by("htm an array", "htm", p -> p.claim("htm", List.of("GET"))),
        by("no htu", "htu", p -> p.without("htu")),
        by("another path", "htu", p -> p.claim("htu", "https://api.example.com/api/8")),
        by("a path below", "htu", p -> p.claim("htu", URI + "/x")),
        by("a slash more", "htu", p -> p.claim("htu", URI + "/")),
        by("another host", "htu", p -> p.claim("htu", "https://h/api/7")),
        by("another port", "htu", p -> p.claim("htu", "https://api.example.com:8443/api/7")),
        by("another scheme", "htu", p -> p.claim("htu", "http://api.example.com/api/7")),
        by("path in another case", "htu", p -> p.claim("htu", "https://api.example.com/API/7")),
        by("path alone", "htu", p -> p.claim("htu", "/api/7")),
        by("user information", "htu", p -> p.claim("htu", "https://api.example.com@h/api/7")),
        by("htu a number", "htu", p -> p.claim("htu", 7)),
        by("no jti", "jti", p -> p.without("jti")),
        by("jti empty", "jti", p -> p.claim("jti", "")),
        by("jti a number", "jti", p -> p.claim("jti", 5)),
        by("jti null", "jti", p -> p.claim("jti", null)),
        by("jti huge", "jti", p -> p.claim("jti", "j".repeat(DpopRules.MAX_JTI_LENGTH + 1))),
        by("no ath", "ath", p -> p.without("ath")),
        by("ath of another token", "ath", p -> p.claim("ath", TestProof.hash("another"))),
        by("ath padded", "ath", p -> p.claim("ath", TestProof.hash(TOKEN) + "=")),
        by("ath a number", "ath", p -> p.claim("ath", 5)),
        by("no iat", "iat", p -> p.without("iat")),
        by("iat text", "iat", p -> p.claim("iat", "1767225600")),
        by("iat null", "iat", p -> p.claim("iat", null)),
        by("iat beyond all", "iat", p -> p.claim("iat", 1e30)),
        by("iat before all", "iat", p -> p.claim("iat", -1e30)),
        by("exp passed", "exp", p -> p.claim("exp", 1)),
        by("exp text", "exp", p -> p.claim("exp", "soon")),
        by("nbf ahead", "nbf", p -> p.claim("nbf", 4e9)),
        by("signed by another key", "signature", p -> p.signedBy(OTHER)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"headers", "claims"})
  @DisplayName("rules 71, 72, 73, 74: whatever is wrong in header or claims refuses the proof")
  void check_spoiltProof_isRefused(String name, String what, UnaryOperator<TestToken> spoil) {
    assertInvalid(check(spoil.apply(proof(KEY)).sign()), what);
  }

  @Test
  @DisplayName("rule 32: an RSA key that is too short for tokens is too short for proofs")
  void check_shortRsaKey_isRefused() {
    ProofOfPossession checks = TestPossession.of(time, settings(false));
    assertInvalid(check(checks, request(proof(SHORT).sign()), boundTo(SHORT)), "form");
  }

  @Test
  @DisplayName("rule 71: an RSA key has one spelling, and its exponent is sound")
  void check_oddRsaKey_isRefused() {
    ProofOfPossession checks = TestPossession.of(time, settings(false));
    assertProven(check(checks, request(proof(RSA).sign()), boundTo(RSA)));
    byte[] n = ((RSAKey) RSA.publicJwk()).getModulus().decode();
    byte[] padded = new byte[n.length + 1];
    System.arraycopy(n, 0, padded, 1, n.length);
    for (Map<String, Object> jwk :
        List.of(
            jwk(RSA, "n", Base64URL.encode(padded).toString()),
            jwk(RSA, "e", "AQ"),
            jwk(RSA, "e", "AAEAAQ"),
            jwk(RSA, "d", "AQAB"),
            jwk(RSA, "p", "AQAB"))) {
      String proof = proof(RSA).header("jwk", jwk).sign();
      assertInvalid(check(checks, request(proof), boundTo(RSA)), "form");
    }
  }

  @Test
  @DisplayName("rules 34, 35, 36, 37: the form of a proof is as strict as that of a token")
  void check_looseForm_isRefused() {
    String good = proof(KEY).sign();
    assertProven(check(good));
    String header = new Base64URL(good.substring(0, good.indexOf('.'))).decodeToString();
    String payload =
        new Base64URL(good.substring(good.indexOf('.') + 1, good.lastIndexOf('.')))
            .decodeToString();
    for (String[] parts :
        List.of(
            new String[] {header + " x", payload},
            new String[] {header, payload + payload},
            new String[] {header.replaceFirst("\\{", "{\"typ\":\"dpop+jwt\","), payload},
            new String[] {header, payload.replaceFirst("\\{", "{\"htm\":\"POST\",")},
            new String[] {header, "\uFEFF" + payload},
            new String[] {header, "[" + payload + "]"},
            new String[] {header, "null"},
            new String[] {"[]", payload})) {
      assertInvalid(check(TestToken.compact(parts[0], parts[1], KEY)), "form");
    }
    byte[] latin = payload.replaceFirst("\\{", "{\"é\":1,").getBytes(StandardCharsets.ISO_8859_1);
    assertInvalid(
        check(TestToken.compact(header.getBytes(StandardCharsets.UTF_8), latin, KEY)), "form");
    assertInvalid(check(good + "="), "form");
    assertInvalid(check(good + "\n"), "form");
    assertInvalid(check(good.replace('.', '/')), "form");
    assertInvalid(check(good + ".x"), "form");
    assertInvalid(check(good.substring(0, good.lastIndexOf('.'))), "form");
    assertInvalid(check(good.substring(0, good.lastIndexOf('.') + 1)), "signature");
  }

  @Test
  @DisplayName("rule 72: a changed byte of the signature refuses")
  void check_changedSignature_isRefused() {
    String good = proof(KEY).sign();
    int dot = good.lastIndexOf('.');
    byte[] signature = new Base64URL(good.substring(dot + 1)).decode();
    for (int at = 0; at < signature.length; at += 7) {
      byte[] changed = signature.clone();
      changed[at] ^= 1;
      assertInvalid(check(good.substring(0, dot + 1) + Base64URL.encode(changed)), "signature");
    }
    assertInvalid(check(good.substring(0, dot + 1) + Base64URL.encode(new byte[64])), "signature");
  }

  @ParameterizedTest
  @CsvSource({"-30, true", "-31, false", "0, true", "90, true", "91, false"})
  @DisplayName("rule 74: iat counts from the leeway ahead to proofAge and the leeway ago")
  void check_iat_countsWithinTheWindow(long secondsAgo, boolean passes) {
    String proof = proof(KEY).issuedAt(time.instant().minusSeconds(secondsAgo)).sign();
    if (passes) {
      assertProven(check(proof));
    } else {
      assertInvalid(check(proof), "iat");
    }
  }

  @Test
  @DisplayName("rule 74: the window's ends count to the millisecond")
  void check_iatWithFraction_countsToTheMillisecond() {
    double now = time.millis() / 1000.0;
    assertProven(check(proof(KEY).claim("iat", now - 90.0).sign()));
    assertInvalid(check(proof(KEY).claim("iat", now - 90.001).sign()), "iat");
    assertProven(check(proof(KEY).claim("iat", now + 30.0).sign()));
    assertInvalid(check(proof(KEY).claim("iat", now + 30.001).sign()), "iat");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://api.example.com/api/7?view=full",
        "https://api.example.com/api/7#top",
        "HTTPS://API.Example.Com:443/api/%37",
        "https://api.example.com./api/x/../7",
        "https://api.example.com:/%61pi/./7",
      })
  @DisplayName("rule 73: htu is compared after normalisation, without query and fragment")
  void check_equivalentHtu_passes(String htu) {
    assertProven(check(proof(KEY).claim("htu", htu).sign()));
  }

  @Test
  @DisplayName("rule 75: a proof passes once within its window, and so does a jti")
  void check_usedProof_isRefused() {
    ProofOfPossession checks = TestPossession.of(time, settings(false));
    Verified identity = boundTo(KEY);
    String proof = proof(KEY).claim("jti", "one").sign();
    assertProven(check(checks, request(proof), identity));
    assertInvalid(check(checks, request(proof), identity), "jti");
    time.advance(Duration.ofSeconds(60));
    assertInvalid(check(checks, request(proof), identity), "jti");
    assertInvalid(check(checks, request(proof(KEY).claim("jti", "one").sign()), identity), "jti");
    time.advance(Duration.ofSeconds(30));
    assertInvalid(check(checks, request(proof), identity), "jti");
    time.advance(Duration.ofSeconds(1));
    assertInvalid(check(checks, request(proof), identity), "iat");
    assertProven(check(checks, request(proof(KEY).claim("jti", "two").sign()), identity));
  }

  @Test
  @DisplayName("rule 75: a proof that is refused for another reason is not used up")
  void check_refusedProof_isNotUsedUp() {
    ProofOfPossession checks = TestPossession.of(time, settings(false));
    String good = proof(KEY).sign();
    String forged = good.substring(0, good.lastIndexOf('.') + 1) + "AAAA";
    assertInvalid(check(checks, request(forged), boundTo(KEY)), "signature");
    assertProven(check(checks, request(good), boundTo(KEY)));
  }

  @Test
  @DisplayName("rule 75: the same jti by another key is another proof")
  void check_sameJtiByAnotherKey_passes() {
    ProofOfPossession checks = TestPossession.of(time, settings(false));
    String first = proof(KEY).claim("jti", "one").sign();
    String second = proof(OTHER).claim("jti", "one").sign();
    assertProven(check(checks, request(first), boundTo(KEY)));
    assertProven(check(checks, request(second), boundTo(OTHER)));
  }

  @Test
  @DisplayName("rule 75: what cannot be remembered is not let through")
  void check_fullMemory_isUnavailable() {
    ProofOfPossession checks =
        TestPossession.of(new InMemoryReplayGuard(1, time, 1), time, settings(false));
    assertProven(check(checks, request(proof(KEY).sign()), boundTo(KEY)));
    assertThat(check(checks, request(proof(KEY).sign()), boundTo(KEY)))
        .isInstanceOf(Possession.Unavailable.class);
  }

  @Test
  @DisplayName("rule 76: a nonce is demanded, given, taken, renewed and at last refused")
  void check_nonce_isDemanded() {
    ProofOfPossession checks = TestPossession.of(time, settings(true));
    Verified identity = boundTo(KEY);
    var first = (Possession.Unproven) check(checks, request(proof(KEY).sign()), identity);
    assertThat(first.reason()).isEqualTo(Reason.NONCE_REQUIRED);
    String nonce = first.nonce();
    assertThat(nonce).matches("[A-Za-z0-9_-]{22}");
    assertProven(check(checks, request(proof(KEY).claim("nonce", nonce).sign()), identity));
    time.advance(Duration.ofSeconds(60));
    var renewed =
        (Possession.Proven)
            check(checks, request(proof(KEY).claim("nonce", nonce).sign()), identity);
    assertThat(renewed.freshNonce()).isNotNull().isNotEqualTo(nonce);
    time.advance(Duration.ofSeconds(60));
    assertThat(check(checks, request(proof(KEY).claim("nonce", nonce).sign()), identity))
        .asInstanceOf(
            org.assertj.core.api.InstanceOfAssertFactories.type(Possession.Unproven.class))
        .satisfies(refused -> {
          assertThat(refused.reason()).isEqualTo(Reason.NONCE_REQUIRED);
          assertThat(refused.nonce()).isNotEqualTo(nonce);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "AAAAAAAAAAAAAAAAAAAAAA"})
  @DisplayName("rule 76: another nonce than ours does not pass")
  void check_wrongNonce_isRefused(String nonce) {
    ProofOfPossession checks = TestPossession.of(time, settings(true));
    String proof = proof(KEY).claim("nonce", nonce).sign();
    assertThat(check(checks, request(proof), boundTo(KEY)))
        .extracting("reason")
        .isEqualTo(Reason.NONCE_REQUIRED);
  }

  @Test
  @DisplayName("rule 76: a nonce that nobody demanded does no harm")
  void check_needlessNonce_passes() {
    assertProven(check(proof(KEY).claim("nonce", "theirs").sign()));
  }

  @Test
  @DisplayName("rule 69: a token bound to a key is refused under Bearer, even with a good proof")
  void check_boundTokenUnderBearer_isRefused() {
    RequestHead head =
        TestHeads.head(
            "GET", "h", "/api/7", "Authorization", "Bearer " + TOKEN, "DPoP", proof(KEY).sign());
    assertThat(check(TestPossession.of(time, settings(false)), head, boundTo(KEY)))
        .isEqualTo(new Possession.Unproven(Reason.PROOF_MISSING, "scheme", null));
  }

  @Test
  @DisplayName("rule 69: a token that is not bound to a key is refused under DPoP")
  void check_unboundTokenUnderDpop_isRefused() {
    RequestHead head = request(proof(KEY).sign());
    ProofOfPossession checks = TestPossession.of(time, settings(false));
    Verified unbound = VerifiedTokens.alice().build();
    assertThat(ProofOfPossession.concerns(token(head), unbound)).isTrue();
    assertInvalid(check(checks, head, unbound), "cnf");
    Verified toCertificate = VerifiedTokens.alice().boundTo(null, "c").build();
    assertThat(check(checks, head, toCertificate))
        .extracting("reason")
        .isEqualTo(Reason.PROOF_MISSING);
  }

  @Test
  @DisplayName("a bound token of an issuer that takes no proofs never passes")
  void check_issuerWithoutDpop_isRefused() {
    assertThat(check(TestPossession.of(time, issuer.settings()), request(), boundTo(KEY)))
        .extracting("reason")
        .isEqualTo(Reason.BINDING_NOT_SUPPORTED);
  }
}
