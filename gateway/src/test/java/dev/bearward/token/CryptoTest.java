package dev.bearward.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.token.AcceleratedCrypto.Ready;
import dev.bearward.token.AcceleratedCrypto.Unusable;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Both providers, every algorithm: what they accept, and what they are kept from accepting. */
final class CryptoTest {
  private static final byte[] SECRET = new byte[64];
  private static final VerificationCrypto ACCELERATED = accelerated();

  private static VerificationCrypto accelerated() {
    Arrays.fill(SECRET, (byte) 7);
    AcceleratedCrypto.Loaded loaded = AcceleratedCrypto.load();
    assertThat(loaded).isInstanceOf(Ready.class);
    return ((Ready) loaded).crypto();
  }

  static List<VerificationCrypto> cryptos() {
    return List.of(VerificationCrypto.jdk(), ACCELERATED);
  }

  private static TestIssuer issuer(JwsAlgorithm algorithm) {
    TestIssuer issuer = new TestIssuer("test", "https://issuer.example/", InstantSource.system());
    return algorithm.family() == JwsAlgorithm.Family.HMAC
        ? issuer
        : issuer.publish(TestKey.generate(algorithm, "k"));
  }

  private static TokenVerifier verifier(
      TestIssuer issuer, JwsAlgorithm algorithm, VerificationCrypto crypto) {
    CryptoInUse inUse = new CryptoInUse();
    inUse.use(crypto);
    return verifier(issuer, algorithm, inUse);
  }

  private static TokenVerifier verifier(
      TestIssuer issuer, JwsAlgorithm algorithm, CryptoInUse inUse) {
    IssuerSettings settings =
        Settings.of(issuer.settings())
            .algorithms(algorithm)
            .secret(new SharedSecret(SECRET))
            .build();
    return new JwtVerifier(
        List.of(settings), issuer.keySource(), inUse, Set.of(), InstantSource.system());
  }

  private static TestKey key(TestIssuer issuer, JwsAlgorithm algorithm) {
    return algorithm.family() == JwsAlgorithm.Family.HMAC
        ? TestKey.shared(algorithm, SECRET)
        : issuer.key(algorithm);
  }

  @Test
  @DisplayName(
      "the accelerated provider passes the self-test for every algorithm with a public key")
  void load_onTheClassPath_servesEverySignatureAlgorithm() {
    assertThat(ACCELERATED.accelerated())
        .isEqualTo(EnumSet.range(JwsAlgorithm.RS256, JwsAlgorithm.EDDSA));
    assertThat(ACCELERATED.name()).startsWith("AmazonCorrettoCryptoProvider 2.5");
    assertThat(VerificationCrypto.jdk().accelerated()).isEmpty();
    assertThat(VerificationCrypto.jdk().name()).startsWith("JDK ");
  }

  @ParameterizedTest
  @MethodSource("cryptos")
  @DisplayName("the known answers hold for the JDK and for the accelerated provider")
  void knownAnswers_bothProviders_hold(VerificationCrypto crypto) {
    for (JwsAlgorithm algorithm : EnumSet.range(JwsAlgorithm.RS256, JwsAlgorithm.EDDSA)) {
      assertThat(KnownAnswers.holdFor(algorithm, crypto)).as(algorithm.name()).isTrue();
    }
  }

  @Test
  @DisplayName("a provider that takes every signature for good fails the self-test")
  void tried_credulousProvider_isUnusable() {
    Provider credulous = new CredulousProvider();
    for (JwsAlgorithm algorithm : EnumSet.range(JwsAlgorithm.RS256, JwsAlgorithm.EDDSA)) {
      VerificationCrypto alone = new VerificationCrypto("credulous", Map.of(algorithm, credulous));
      assertThat(KnownAnswers.holdFor(algorithm, alone)).as(algorithm.name()).isFalse();
    }
    assertThat(AcceleratedCrypto.tried(credulous)).isInstanceOf(Unusable.class);
  }

  /** Verifies everything. */
  private static final class CredulousProvider extends Provider {
    private static final long serialVersionUID = 1L;

    CredulousProvider() {
      super("Credulous", "1", "believes everything");
      for (JwsAlgorithm algorithm : JwsAlgorithm.values()) {
        put("Signature." + VerificationCrypto.jcaName(algorithm), Believer.class.getName());
      }
    }
  }

  /** The signature of {@link CredulousProvider}. */
  public static final class Believer extends SignatureSpi {
    /** Called by the provider. */
    public Believer() {}

    @Override
    protected void engineInitVerify(PublicKey publicKey) {}

    @Override
    protected void engineInitSign(PrivateKey privateKey) {}

    @Override
    protected void engineUpdate(byte b) {}

    @Override
    protected void engineUpdate(byte[] b, int off, int len) {}

    @Override
    protected byte[] engineSign() {
      return new byte[0];
    }

    @Override
    protected boolean engineVerify(byte[] sigBytes) {
      return true;
    }

    @Override
    protected void engineSetParameter(AlgorithmParameterSpec params) {}

    @Override
    @Deprecated
    protected void engineSetParameter(String param, Object value) {}

    @Override
    @Deprecated
    protected Object engineGetParameter(String param) {
      throw new UnsupportedOperationException(param);
    }
  }

  @Test
  @DisplayName("a provider that knows no algorithm fails the self-test and is not used")
  void tried_emptyProvider_isUnusable() {
    Provider empty =
        new Provider("Empty", "1", "knows nothing") {
          private static final long serialVersionUID = 1L;
        };
    assertThat(AcceleratedCrypto.tried(empty))
        .isEqualTo(new Unusable("Empty 1 failed the self-test"));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("what takes too long for an event loop is verified elsewhere; all else is not")
  void verify_slowAlgorithm_isDoneElsewhere(JwsAlgorithm algorithm) {
    TestIssuer issuer = issuer(algorithm);
    var waiting = new ArrayDeque<Runnable>();
    var inUse = new CryptoInUse(waiting::add);
    TokenVerifier verifier = verifier(issuer, algorithm, inUse);
    String token = issuer.token(key(issuer, algorithm)).sign();
    TokenVerifier.Verification first = verifier.verify(token);
    if (Set.of(JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512, JwsAlgorithm.EDDSA)
        .contains(algorithm)) {
      var later = ((TokenVerifier.Later) first).verification().toCompletableFuture();
      assertThat(later).isNotDone();
      waiting.remove().run();
      assertThat(later.join()).isInstanceOf(Verified.class);
    } else {
      assertThat(first).isInstanceOf(Verified.class);
    }
    inUse.use(ACCELERATED);
    assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
    assertThat(waiting).isEmpty();
  }

  @Test
  @DisplayName("too many slow signatures at once: overloaded, never unverified")
  void verify_slowAndFull_isOverloaded() {
    TestIssuer issuer = issuer(JwsAlgorithm.ES256);
    var inUse =
        new CryptoInUse(_ -> {
          throw new RejectedExecutionException("full");
        });
    assertThat(verifier(issuer, JwsAlgorithm.ES256, inUse).verify(issuer.token().sign()))
        .isEqualTo(new TokenVerifier.Unavailable(Reason.OVERLOADED, Duration.ofSeconds(1)));
  }

  @Test
  @DisplayName("the crypto is swapped under a running verifier, and back")
  void use_whileRunning_swaps() {
    TestIssuer issuer = issuer(JwsAlgorithm.ES256);
    CryptoInUse inUse = new CryptoInUse();
    TokenVerifier verifier =
        new JwtVerifier(
            List.of(issuer.settings()),
            issuer.keySource(),
            inUse,
            Set.of(),
            InstantSource.system());
    String token = issuer.token().sign();
    for (VerificationCrypto crypto :
        List.of(VerificationCrypto.jdk(), ACCELERATED, VerificationCrypto.jdk())) {
      inUse.use(crypto);
      assertThat(inUse.current()).isSameAs(crypto);
      assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
    }
  }

  @ParameterizedTest
  @MethodSource("cryptos")
  @DisplayName("rules 28-33, 180: thousands of altered tokens of every algorithm, none accepted")
  void verify_alteredTokens_acceptsNone(VerificationCrypto crypto) {
    int altered = 0;
    for (JwsAlgorithm algorithm : JwsAlgorithm.values()) {
      TestIssuer issuer = issuer(algorithm);
      TokenVerifier verifier = verifier(issuer, algorithm, crypto);
      String token = issuer.token(key(issuer, algorithm)).sign();
      assertThat(verifier.verify(token)).as(algorithm.name()).isInstanceOf(Verified.class);
      for (String mutant : TokenMutations.of(token)) {
        altered++;
        assertThat(verifier.verify(mutant))
            .as("%s: %s", algorithm, mutant)
            .isInstanceOf(TokenVerifier.Rejected.class);
      }
      assertThat(verifier.verify(token)).as(algorithm.name()).isInstanceOf(Verified.class);
    }
    assertThat(altered).isGreaterThan(5_000);
  }

  private static Stream<byte[]> badPairs(byte[] good, BigInteger order) {
    int half = good.length / 2;
    BigInteger r = new BigInteger(1, good, 0, half);
    BigInteger s = new BigInteger(1, good, half, half);
    BigInteger zero = BigInteger.ZERO;
    return Stream.of(
        pair(zero, zero, half),
        pair(r, zero, half),
        pair(zero, s, half),
        pair(order, order, half),
        pair(r, order, half),
        pair(order, s, half),
        pair(BigInteger.ONE, BigInteger.ONE, half),
        pair(order.subtract(BigInteger.ONE), order.subtract(BigInteger.ONE), half),
        pair(s, r, half),
        pair(r, s, half + 1),
        Arrays.copyOf(good, good.length - 1),
        Arrays.copyOfRange(good, 1, good.length),
        Arrays.copyOf(good, good.length + 1),
        der(r, s));
  }

  private static byte[] pair(BigInteger r, BigInteger s, int half) {
    byte[] pair = new byte[2 * half];
    copy(r, pair, half);
    copy(s, pair, 2 * half);
    return pair;
  }

  private static void copy(BigInteger value, byte[] target, int end) {
    byte[] bytes = value.toByteArray();
    int from = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
    System.arraycopy(bytes, from, target, end - (bytes.length - from), bytes.length - from);
  }

  private static byte[] der(BigInteger r, BigInteger s) {
    byte[] rBytes = r.toByteArray();
    byte[] sBytes = s.toByteArray();
    byte[] der = new byte[6 + rBytes.length + sBytes.length];
    der[0] = 0x30;
    der[1] = (byte) (der.length - 2);
    der[2] = 2;
    der[3] = (byte) rBytes.length;
    System.arraycopy(rBytes, 0, der, 4, rBytes.length);
    der[4 + rBytes.length] = 2;
    der[5 + rBytes.length] = (byte) sBytes.length;
    System.arraycopy(sBytes, 0, der, 6 + rBytes.length, sBytes.length);
    return der;
  }

  @ParameterizedTest
  @MethodSource("cryptos")
  @DisplayName(
      "rules 33, 180: r and s of exact length and within 1 to n-1; DER is no JWS signature")
  void verifies_ecOutOfRange_refuses(VerificationCrypto crypto) {
    byte[] text = "text".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    for (JwsAlgorithm algorithm :
        List.of(JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512)) {
      TestKey key = TestKey.generate(algorithm, "k");
      byte[] good = key.sign(text);
      SignatureCheck check =
          new VerificationKey("test", key.publicJwk(), Long.MAX_VALUE).check(algorithm, crypto);
      assertThat(check.verifies(text, text.length, good)).isTrue();
      BigInteger order = key.publicJwk().toECKey().getCurve().toECParameterSpec().getOrder();
      badPairs(good, order)
          .forEach(bad -> assertThat(check.verifies(text, text.length, bad)).isFalse());
      assertThat(check.verifies(text, text.length, good)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("cryptos")
  @DisplayName("rule 32: an RSA signature has the length of the modulus and is below it")
  void verifies_rsaOtherLength_refuses(VerificationCrypto crypto) {
    byte[] text = "text".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    for (JwsAlgorithm algorithm : List.of(JwsAlgorithm.RS256, JwsAlgorithm.PS256)) {
      TestKey key = TestKey.generate(algorithm, "k");
      byte[] good = key.sign(text);
      BigInteger modulus = key.publicJwk().toRSAKey().getModulus().decodeToBigInteger();
      SignatureCheck check =
          new VerificationKey("test", key.publicJwk(), Long.MAX_VALUE).check(algorithm, crypto);
      byte[] padded = new byte[good.length + 1];
      System.arraycopy(good, 0, padded, 1, good.length);
      byte[] wrapped = new byte[good.length];
      BigInteger congruent = new BigInteger(1, good).add(modulus);
      if (congruent.bitLength() <= 8 * good.length) {
        copy(congruent, wrapped, wrapped.length);
      }
      byte[] all = new byte[good.length];
      Arrays.fill(all, (byte) 0xff);
      for (byte[] bad :
          List.of(
              padded,
              wrapped,
              all,
              new byte[0],
              new byte[good.length],
              Arrays.copyOf(good, good.length - 1))) {
        assertThat(check.verifies(text, text.length, bad)).isFalse();
      }
      assertThat(check.verifies(text, text.length, good)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("cryptos")
  @DisplayName("rule 59: an Ed25519 signature with s + L, which says the same, is refused")
  void verifies_ed25519Malleated_refuses(VerificationCrypto crypto) {
    byte[] text = "text".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    TestKey key = TestKey.generate(JwsAlgorithm.EDDSA, "k");
    byte[] good = key.sign(text);
    SignatureCheck check =
        new VerificationKey("test", key.publicJwk(), Long.MAX_VALUE)
            .check(JwsAlgorithm.EDDSA, crypto);
    BigInteger order =
        BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    byte[] s = reversed(Arrays.copyOfRange(good, 32, 64));
    byte[] more = new byte[32];
    copy(new BigInteger(1, s).add(order), more, 32);
    byte[] malleated = good.clone();
    System.arraycopy(reversed(more), 0, malleated, 32, 32);
    assertThat(check.verifies(text, text.length, good)).isTrue();
    assertThat(check.verifies(text, text.length, malleated)).isFalse();
    assertThat(check.verifies(text, text.length, Arrays.copyOf(good, 63))).isFalse();
    assertThat(check.verifies(text, text.length, new byte[64])).isFalse();
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  @ParameterizedTest
  @MethodSource("cryptos")
  @DisplayName("rule 32: a key with a huge odd exponent works whoever serves")
  void verifies_hugeExponent_works(VerificationCrypto crypto) throws Exception {
    var generator = java.security.KeyPairGenerator.getInstance("RSA");
    generator.initialize(
        new java.security.spec.RSAKeyGenParameterSpec(
            2048, BigInteger.ONE.shiftLeft(60).add(BigInteger.valueOf(33))));
    var pair = generator.generateKeyPair();
    var signature = java.security.Signature.getInstance("SHA256withRSA");
    signature.initSign(pair.getPrivate());
    byte[] text = {1, 2, 3};
    signature.update(text);
    var jwk =
        new com.nimbusds.jose.jwk.RSAKey.Builder(
                (java.security.interfaces.RSAPublicKey) pair.getPublic())
            .build();
    SignatureCheck check =
        new VerificationKey("test", jwk, Long.MAX_VALUE).check(JwsAlgorithm.RS256, crypto);
    assertThat(check.verifies(text, text.length, signature.sign())).isTrue();
    assertThat(check.verifies(text, text.length, new byte[256])).isFalse();
  }

  @ParameterizedTest
  @MethodSource("cryptos")
  @DisplayName("rule 60: many threads verify by one key at once, good and bad, without a mix-up")
  void verify_manyThreads_neverMixUp(VerificationCrypto crypto) throws Exception {
    TestIssuer issuer = issuer(JwsAlgorithm.RS256);
    TokenVerifier verifier = verifier(issuer, JwsAlgorithm.RS256, crypto);
    String good = issuer.token().sign();
    String bad = TestIssuerTokens.withOtherSignature(issuer);
    Callable<Integer> work =
        () -> {
          int right = 0;
          for (int i = 0; i < 200; i++) {
            boolean even = (i & 1) == 0;
            boolean accepted = verifier.verify(even ? good : bad) instanceof Verified;
            right += accepted == even ? 1 : 0;
          }
          return right;
        };
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Integer> right : threads.invokeAll(java.util.Collections.nCopies(24, work))) {
        assertThat(right.get()).isEqualTo(200);
      }
    }
  }

  private static final class TestIssuerTokens {
    private TestIssuerTokens() {}

    static String withOtherSignature(TestIssuer issuer) {
      String one = issuer.token().subject("one").sign();
      String two = issuer.token().subject("two").sign();
      return one.substring(0, one.lastIndexOf('.')) + two.substring(two.lastIndexOf('.'));
    }
  }
}
