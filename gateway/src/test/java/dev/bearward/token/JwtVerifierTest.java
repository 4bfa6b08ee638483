package dev.bearward.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.http.Reason;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.testing.TestToken;
import dev.bearward.token.TokenVerifier.Rejected;
import dev.bearward.token.TokenVerifier.Unavailable;
import dev.bearward.token.TokenVerifier.Verification;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From the token to its facts: issuer, algorithm, key, signature. Claims: see ClaimRulesTest. */
final class JwtVerifierTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final TestIssuer ISSUER =
      new TestIssuer(
          "test", "https://issuer.example/", CLOCK, JwsAlgorithm.ES256, JwsAlgorithm.RS256);

  private static TokenVerifier verifier(KeySource keys, IssuerSettings... issuers) {
    return new JwtVerifier(
        List.of(issuers), keys, new CryptoInUse(), Set.of(ClaimPath.of("email")), CLOCK);
  }

  private static Verification verify(String token) {
    return verifier(ISSUER.keySource(), ISSUER.settings()).verify(token);
  }

  private static Rejected rejected(Reason reason) {
    return new Rejected(reason);
  }

  @Test
  @DisplayName("rule 18: RS256 is supported")
  void verify_rs256_accepts() {
    assertThat(verify(ISSUER.token(ISSUER.key(JwsAlgorithm.RS256)).sign()))
        .isInstanceOf(Verified.class);
  }

  @Test
  @DisplayName("rules 19, 27: a good token's facts, subject and client apart")
  void verify_good_showsFacts() {
    String token =
        ISSUER
            .token()
            .claim("client_id", "spa-client")
            .scopes("a", "b")
            .claim("email", "alice@example.com")
            .sign();
    Verified verified = (Verified) verify(token);
    assertThat(verified.issuer()).isEqualTo("test");
    assertThat(verified.subject()).isEqualTo("alice");
    assertThat(verified.clientId()).isEqualTo("spa-client");
    assertThat(verified.audiences()).containsExactly(TestIssuer.AUDIENCE);
    assertThat(verified.scopes()).containsExactlyInAnyOrder("a", "b");
    assertThat(verified.claim(ClaimPath.of("email")))
        .isEqualTo(new ClaimValue.Text("alice@example.com"));
    assertThat(verified.claim(ClaimPath.of("phone"))).isNull();
    assertThat(verified.expiresAtMillis()).isEqualTo(NOW.plus(Duration.ofHours(1)).toEpochMilli());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://issuer.example",
        "https://issuer.example//",
        "https://Issuer.example/",
        "HTTPS://issuer.example/",
        "https://issuer.example/ ",
        "https://issuer.example/\u0000",
        "https://issuer.example:443/",
        "https://other.example/",
        ""
      })
  @DisplayName("rule 19: iss is compared byte for byte")
  void verify_otherIssuer_rejects(String issuer) {
    assertThat(verify(ISSUER.token().claim("iss", issuer).sign()))
        .isEqualTo(rejected(Reason.UNKNOWN_ISSUER));
  }

  @Test
  @DisplayName("rule 22: a token without iss is refused as lacking a claim")
  void verify_noIssuer_rejects() {
    assertThat(verify(ISSUER.token().without("iss").sign()))
        .isEqualTo(rejected(Reason.MISSING_CLAIM));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"none", "None", "NONE", "nOnE", "none ", "", "RS257", "rs256", "RSA", "A"})
  @DisplayName("rules 17, 30: none in every spelling and unknown algorithms are refused")
  void verify_noneOrUnknownAlgorithm_rejects(String name) {
    String token = ISSUER.token().header("alg", name).sign();
    assertThat(verify(token)).isEqualTo(rejected(Reason.ALGORITHM_NOT_ALLOWED));
    String unsecured = token.substring(0, token.lastIndexOf('.') + 1);
    assertThat(verify(unsecured)).isEqualTo(rejected(Reason.ALGORITHM_NOT_ALLOWED));
  }

  @Test
  @DisplayName("rule 180: an empty or all-zero signature is refused")
  void verify_blankSignature_rejects() {
    String token = ISSUER.token().sign();
    String unsigned = token.substring(0, token.lastIndexOf('.') + 1);
    assertThat(verify(unsigned)).isEqualTo(rejected(Reason.BAD_SIGNATURE));
    assertThat(verify(unsigned + "A".repeat(86))).isEqualTo(rejected(Reason.BAD_SIGNATURE));
  }

  @Test
  @DisplayName("rule 28: an algorithm that the issuer's configuration does not allow is refused")
  void verify_algorithmNotConfigured_rejects() {
    IssuerSettings onlyRsa = Settings.of(ISSUER.settings()).algorithms(JwsAlgorithm.RS256).build();
    TokenVerifier verifier = verifier(ISSUER.keySource(), onlyRsa);
    assertThat(verifier.verify(ISSUER.token().sign()))
        .isEqualTo(rejected(Reason.ALGORITHM_NOT_ALLOWED));
    assertThat(verifier.verify(ISSUER.token(ISSUER.key(JwsAlgorithm.RS256)).sign()))
        .isInstanceOf(Verified.class);
  }

  @Test
  @DisplayName("rule 29: a key is not used with another algorithm than its own")
  void verify_keyOfAnotherAlgorithm_rejectsAsUnknownKey() {
    TestKey rsa = ISSUER.key(JwsAlgorithm.RS256);
    assertThat(verify(ISSUER.token(rsa).header("alg", "PS256").sign()))
        .isEqualTo(rejected(Reason.UNKNOWN_KEY));
    assertThat(verify(ISSUER.token(rsa).header("alg", "RS512").sign()))
        .isEqualTo(rejected(Reason.UNKNOWN_KEY));
    assertThat(verify(ISSUER.token(rsa).header("alg", "ES256").sign()))
        .isEqualTo(rejected(Reason.UNKNOWN_KEY));
  }

  @Test
  @DisplayName("rule 31: HMAC by the bytes of a public key is refused")
  void verify_hmacByPublicKey_rejects() {
    TestKey rsa = ISSUER.key(JwsAlgorithm.RS256);
    for (byte[] publicBytes :
        List.of(
            rsa.publicJwk().toJSONString().getBytes(StandardCharsets.UTF_8),
            PublicKeys.of(rsa.publicJwk()).orElseThrow().getEncoded(),
            rsa.publicJwk().toRSAKey().getModulus().decode())) {
      String token =
          ISSUER
              .token(TestKey.shared(JwsAlgorithm.HS256, publicBytes))
              .header("kid", "RS256")
              .sign();
      assertThat(verify(token)).isEqualTo(rejected(Reason.ALGORITHM_NOT_ALLOWED));
    }
    IssuerSettings allowedWithoutSecret =
        Settings.of(ISSUER.settings()).algorithms(JwsAlgorithm.HS256, JwsAlgorithm.RS256).build();
    String token =
        ISSUER
            .token(TestKey.shared(JwsAlgorithm.HS256, new byte[32]))
            .header("kid", "RS256")
            .sign();
    assertThat(verifier(ISSUER.keySource(), allowedWithoutSecret).verify(token))
        .isEqualTo(rejected(Reason.ALGORITHM_NOT_ALLOWED));
  }

  @Test
  @DisplayName("rule 31: HMAC by the configured secret works and never asks for keys")
  void verify_sharedSecret_neverAsksForKeys() {
    byte[] secret = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    KeySource forbidden =
        (issuer, keyId) -> {
          throw new AssertionError("asked for " + keyId);
        };
    for (JwsAlgorithm algorithm :
        List.of(JwsAlgorithm.HS256, JwsAlgorithm.HS384, JwsAlgorithm.HS512)) {
      IssuerSettings settings =
          Settings.of(ISSUER.settings())
              .algorithms(algorithm)
              .secret(new SharedSecret(secret))
              .build();
      TokenVerifier verifier = verifier(forbidden, settings);
      String good = ISSUER.token(TestKey.shared(algorithm, secret)).sign();
      assertThat(verifier.verify(good)).isInstanceOf(Verified.class);
      byte[] other = secret.clone();
      other[0] ^= 1;
      assertThat(verifier.verify(ISSUER.token(TestKey.shared(algorithm, other)).sign()))
          .isEqualTo(rejected(Reason.BAD_SIGNATURE));
      String shortened = good.substring(0, good.length() - 4);
      assertThat(verifier.verify(shortened)).isInstanceOf(Rejected.class);
    }
  }

  @Test
  @DisplayName("rule 42: a key, a chain or an address in the header selects nothing")
  void verify_keyInHeader_isNeverUsed() {
    TestKey attacker = TestKey.generate(JwsAlgorithm.ES256, "evil");
    List<@Nullable String> asked = new ArrayList<>();
    KeySource watched =
        (issuer, keyId) -> {
          asked.add(keyId);
          return new KeySource.Unknown();
        };
    TokenVerifier verifier = verifier(watched, ISSUER.settings());
    Map<String, Object> headers =
        Map.of(
            "jwk",
            attacker.publicJwk().toJSONObject(),
            "jku",
            "https://evil.example/jwks",
            "x5u",
            "https://evil.example/cert",
            "x5c",
            List.of("MIIB"));
    headers.forEach((name, value) -> {
      String token = ISSUER.token(attacker).header(name, value).sign();
      assertThat(verifier.verify(token)).isEqualTo(rejected(Reason.UNKNOWN_KEY));
      assertThat(verify(token)).isEqualTo(rejected(Reason.UNKNOWN_KEY));
      String keyless = ISSUER.token(attacker).withoutHeader("kid").header(name, value).sign();
      assertThat(verify(keyless)).isEqualTo(rejected(Reason.BAD_SIGNATURE));
    });
    assertThat(asked).containsOnly("evil");
  }

  @Test
  @DisplayName("rule 43: a key id is an opaque string that only ever misses")
  void verify_strangeKeyId_missesOnly() {
    List<@Nullable String> asked = new ArrayList<>();
    KeySource watched =
        (issuer, keyId) -> {
          asked.add(keyId);
          return new KeySource.Unknown();
        };
    TokenVerifier verifier = verifier(watched, ISSUER.settings());
    List<String> strange =
        List.of("../../etc/passwd", "' OR 1=1 --", "https://evil.example/k", "\u0000", "", "é漢");
    for (String keyId : strange) {
      assertThat(verifier.verify(ISSUER.token().header("kid", keyId).sign()))
          .isEqualTo(rejected(Reason.UNKNOWN_KEY));
    }
    assertThat(asked).containsExactlyElementsOf(strange);
    assertThat(verifier.verify(ISSUER.token().header("kid", "k".repeat(10_000)).sign()))
        .isEqualTo(rejected(Reason.UNKNOWN_KEY));
    assertThat(asked).hasSize(strange.size());
  }

  @Test
  @DisplayName("rules 44, 179: a key of one issuer never verifies a token that names another")
  void verify_keyOfAnotherIssuer_rejects() {
    TestIssuer other = new TestIssuer("other", "https://other.example/", CLOCK, JwsAlgorithm.ES256);
    List<VerificationKey> everything = new ArrayList<>(ISSUER.verificationKeys());
    everything.addAll(other.verificationKeys());
    KeySource careful =
        (issuer, keyId) ->
            new KeySource.Found(
                everything.stream().filter(key -> key.issuer().equals(issuer)).toList());
    KeySource careless = (issuer, keyId) -> new KeySource.Found(everything);
    String forged = other.token().claim("iss", ISSUER.issuer()).sign();
    assertThat(verifier(careful, ISSUER.settings(), other.settings()).verify(forged))
        .isEqualTo(rejected(Reason.BAD_SIGNATURE));
    assertThat(verifier(careless, ISSUER.settings(), other.settings()).verify(forged))
        .isEqualTo(rejected(Reason.BAD_SIGNATURE));
    assertThat(verifier(careless, ISSUER.settings(), other.settings()).verify(other.token().sign()))
        .isInstanceOf(Verified.class);
  }

  @Test
  @DisplayName("rule 44: one iss in two configurations is a bug of whoever made them")
  void verifier_sameIssuerTwice_throws() {
    assertThatThrownBy(() -> verifier(ISSUER.keySource(), ISSUER.settings(), ISSUER.settings()))
        .hasMessageContaining("configured once");
  }

  @Test
  @DisplayName("rule 51: with the same key id twice all suitable keys are tried")
  void verify_sameKeyIdTwice_triesAll() {
    TestIssuer twice = new TestIssuer("test", ISSUER.issuer(), CLOCK);
    TestKey first = TestKey.generate(JwsAlgorithm.ES256, "same");
    TestKey second = TestKey.generate(JwsAlgorithm.ES256, "same");
    twice.publish(TestKey.generate(JwsAlgorithm.EDDSA, "same")).publish(first).publish(second);
    TokenVerifier verifier = verifier(twice.keySource(), ISSUER.settings());
    assertThat(verifier.verify(twice.token(first).sign())).isInstanceOf(Verified.class);
    assertThat(verifier.verify(twice.token(second).sign())).isInstanceOf(Verified.class);
    TestKey third = TestKey.generate(JwsAlgorithm.ES256, "same");
    assertThat(verifier.verify(twice.token(third).sign()))
        .isEqualTo(rejected(Reason.BAD_SIGNATURE));
  }

  @Test
  @DisplayName("rule 52: without a key id the keys that fit are tried, in bounded number")
  void verify_noKeyId_triesBoundedNumber() {
    TestIssuer many = new TestIssuer("test", ISSUER.issuer(), CLOCK);
    for (int i = 0; i < 9; i++) {
      many.publish(TestKey.generate(JwsAlgorithm.EDDSA, "other" + i));
    }
    List<TestKey> keys = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      keys.add(TestKey.generate(JwsAlgorithm.ES256, "k" + i));
      many.publish(keys.get(i));
    }
    TokenVerifier verifier = verifier(many.keySource(), ISSUER.settings());
    assertThat(verifier.verify(many.token(keys.get(7)).withoutHeader("kid").sign()))
        .isInstanceOf(Verified.class);
    assertThat(verifier.verify(many.token(keys.get(8)).withoutHeader("kid").sign()))
        .isEqualTo(rejected(Reason.BAD_SIGNATURE));
  }

  @Test
  @DisplayName("rules 55, 185: keys that cannot be had are not the token's fault")
  void verify_keysUnavailable_saysSo() {
    Duration retry = Duration.ofSeconds(7);
    String token = ISSUER.token().sign();
    assertThat(
            verifier((i, k) -> new KeySource.Unavailable(retry), ISSUER.settings()).verify(token))
        .isEqualTo(new Unavailable(Reason.KEYS_UNAVAILABLE, retry));
    assertThat(verifier((i, k) -> new KeySource.Crowded(retry), ISSUER.settings()).verify(token))
        .isEqualTo(new Unavailable(Reason.OVERLOADED, retry));
  }

  @Test
  @DisplayName("rule 55: a key that outlived its key set gives 503, never 401 and never 200")
  void verify_staleKey_isUnavailable() {
    VerificationKey key = new VerificationKey("test", ISSUER.key().publicJwk(), NOW.toEpochMilli());
    TokenVerifier verifier =
        verifier((i, k) -> new KeySource.Found(List.of(key)), ISSUER.settings());
    assertThat(verifier.verify(ISSUER.token().sign()))
        .isInstanceOfSatisfying(
            Unavailable.class,
            none -> assertThat(none.reason()).isEqualTo(Reason.KEYS_UNAVAILABLE));
    key.serveUntil(NOW.toEpochMilli() + 1);
    assertThat(verifier.verify(ISSUER.token().sign())).isInstanceOf(Verified.class);
    key.retire();
    assertThat(verifier.verify(ISSUER.token().sign())).isEqualTo(rejected(Reason.UNKNOWN_KEY));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("rule 54: while a key is fetched the verification is a stage with the same outcome")
  void verify_keyIsFetched_completesLater(Outcome outcome) {
    CompletableFuture<KeySource.Lookup> fetch = new CompletableFuture<>();
    KeySource.Later nested = new KeySource.Later(fetch);
    KeySource keys =
        (issuer, keyId) ->
            new KeySource.Later(CompletableFuture.completedFuture((KeySource.Lookup) nested));
    Verification pending = verifier(keys, ISSUER.settings()).verify(ISSUER.token().sign());
    assertThat(pending).isInstanceOf(TokenVerifier.Later.class);
    CompletableFuture<Verification> settled =
        ((TokenVerifier.Later) pending).verification().toCompletableFuture();
    assertThat(settled).isNotDone();
    fetch.complete(outcome.lookup());
    assertThat(settled).isDone();
    switch (outcome) {
      case FOUND -> assertThat(settled.join()).isInstanceOf(Verified.class);
      case UNKNOWN -> assertThat(settled.join()).isEqualTo(rejected(Reason.UNKNOWN_KEY));
      case DOWN -> assertThat(settled.join()).isInstanceOf(Unavailable.class);
    }
  }

  enum Outcome {
    FOUND,
    UNKNOWN,
    DOWN;

    KeySource.Lookup lookup() {
      return switch (this) {
        case FOUND -> new KeySource.Found(ISSUER.verificationKeys());
        case UNKNOWN -> new KeySource.Unknown();
        case DOWN -> new KeySource.Unavailable(Duration.ofSeconds(1));
      };
    }
  }

  @Test
  @DisplayName("rule 59: Ed25519 under both names")
  void verify_ed25519_underBothNames() {
    TestIssuer issuer = new TestIssuer("test", ISSUER.issuer(), CLOCK, JwsAlgorithm.EDDSA);
    TokenVerifier verifier = verifier(issuer.keySource(), ISSUER.settings());
    for (String name : List.of("EdDSA", "Ed25519")) {
      assertThat(verifier.verify(issuer.token().header("alg", name).sign()))
          .isInstanceOf(Verified.class);
    }
    assertThat(verifier.verify(issuer.token().header("alg", "Ed448").sign()))
        .isEqualTo(rejected(Reason.ALGORITHM_NOT_ALLOWED));
  }

  @Test
  @DisplayName("rule 7: the order of the checks names the reason")
  void verify_manyProblems_namesTheFirst() {
    TestKey attacker = TestKey.generate(JwsAlgorithm.ES256, ISSUER.key().keyId());
    TestToken token = ISSUER.token(attacker).expiresAt(NOW.minusSeconds(3600)).audience("other");
    assertThat(verify(token.sign())).isEqualTo(rejected(Reason.BAD_SIGNATURE));
    token.header("kid", "missing");
    assertThat(verify(token.sign())).isEqualTo(rejected(Reason.UNKNOWN_KEY));
    token.header("alg", "HS256");
    assertThat(verify(token.sign())).isEqualTo(rejected(Reason.ALGORITHM_NOT_ALLOWED));
    token.claim("iss", "https://other.example/");
    assertThat(verify(token.sign())).isEqualTo(rejected(Reason.UNKNOWN_ISSUER));
    token.header("crit", List.of("exp"));
    assertThat(verify(token.sign())).isEqualTo(rejected(Reason.TOKEN_MALFORMED));
  }

  @Test
  @DisplayName("rule 57: a token cannot be verified with a key that left the key set")
  void verify_keyWithdrawn_rejects() {
    Map<String, VerificationKey> published = new HashMap<>();
    ISSUER.verificationKeys().forEach(key -> published.put(String.valueOf(key.keyId()), key));
    KeySource live =
        (issuer, keyId) -> {
          VerificationKey key = published.get(String.valueOf(keyId));
          return key == null ? new KeySource.Unknown() : new KeySource.Found(List.of(key));
        };
    TokenVerifier verifier = verifier(live, ISSUER.settings());
    String token = ISSUER.token().sign();
    assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
    published.clear();
    assertThat(verifier.verify(token)).isEqualTo(rejected(Reason.UNKNOWN_KEY));
  }
}
