package dev.bearward.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.testing.TestToken;
import dev.bearward.token.TokenVerifier.Rejected;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What Nimbus' own processor and the JDK make of what must be refused. A row that begins to fail
 * says that the library has changed; ours refuses in either case.
 */
final class LibraryLeniencyTest {
  private static final TestIssuer ISSUER =
      new TestIssuer("test", "https://issuer.example/", InstantSource.system(), JwsAlgorithm.ES256);
  private static final TestKey KEY = ISSUER.key();
  private static final TestKey STRANGER = TestKey.generate(JwsAlgorithm.ES256, "ES256");
  private static final String HEADER = "\"alg\":\"ES256\",\"kid\":\"ES256\"";
  private static final String TIMELESS =
      "\"iss\":\"https://issuer.example/\",\"aud\":\"appointments:api\"";
  private static final String CLAIMS = TIMELESS + ",\"exp\":99999999999";

  /** What Nimbus 10 does when all it is told is the keys and the algorithms. */
  enum Nimbus {
    ACCEPTS,
    REFUSES
  }

  /**
   * A token that must be refused.
   *
   * @param rule number of the rule that says so
   */
  record Row(int rule, String name, Nimbus nimbus, String token) {
    @Override
    public String toString() {
      return "rule " + rule + ": " + name + ", Nimbus " + nimbus;
    }
  }

  private static Row header(int rule, Nimbus nimbus, String members) {
    return new Row(
        rule,
        "header with " + members,
        nimbus,
        TestToken.compact("{" + HEADER + "," + members + "}", "{" + CLAIMS + "}", KEY));
  }

  private static Row payload(int rule, Nimbus nimbus, String payload) {
    return new Row(
        rule, "payload " + payload, nimbus, TestToken.compact("{" + HEADER + "}", payload, KEY));
  }

  private static Row more(int rule, Nimbus nimbus, String members) {
    return payload(rule, nimbus, "{" + CLAIMS + "," + members + "}");
  }

  private static Row exp(int rule, Nimbus nimbus, String value) {
    return payload(rule, nimbus, "{" + TIMELESS + ",\"exp\":" + value + "}");
  }

  private static Row text(int rule, String name, Nimbus nimbus, String token) {
    return new Row(rule, name, nimbus, token);
  }

  /** Signs two parts as they are, well encoded or not. */
  private static String signedText(String header, String payload) {
    String input = header + "." + payload;
    return input + "." + Base64URL.encode(KEY.sign(input.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String encoded(String text) {
    return Base64URL.encode(text).toString();
  }

  private static String withSpareBits(String part) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = alphabet.indexOf(part.charAt(part.length() - 1));
    return part.substring(0, part.length() - 1) + alphabet.charAt(last + 1);
  }

  static Stream<Row> rows() {
    String good = ISSUER.token().sign();
    String[] parts = good.split("\\.", -1);
    String head = encoded("{" + HEADER + "}");
    String body = encoded("{" + CLAIMS + "}");
    String bare = encoded("{\"alg\":\"none\"}") + "." + body + ".";
    byte[] wrong =
        ("{" + CLAIMS + ",\"x\":\"\u00c0\u00af\"}").getBytes(StandardCharsets.ISO_8859_1);
    byte[] right = ("{" + HEADER + "}").getBytes(StandardCharsets.UTF_8);
    return Stream.of(
        text(17, "alg none", Nimbus.REFUSES, bare),
        text(
            30,
            "alg None",
            Nimbus.REFUSES,
            bare.replace(encoded("{\"alg\":\"none\"}"), encoded("{\"alg\":\"None\"}"))),
        payload(21, Nimbus.ACCEPTS, "{" + TIMELESS + "}"),
        payload(20, Nimbus.ACCEPTS, "{" + CLAIMS.replace("appointments:api", "other") + "}"),
        payload(22, Nimbus.ACCEPTS, "{" + CLAIMS.replace("\"aud\"", "\"x\"") + "}"),
        payload(19, Nimbus.ACCEPTS, "{" + CLAIMS.replace("example/", "example") + "}"),
        payload(22, Nimbus.ACCEPTS, "{" + CLAIMS.replace("\"iss\"", "\"x\"") + "}"),
        more(26, Nimbus.ACCEPTS, "\"typ\":\"ID\""),
        more(26, Nimbus.ACCEPTS, "\"at_hash\":\"x\""),
        more(45, Nimbus.ACCEPTS, "\"events\":{}"),
        header(45, Nimbus.REFUSES, "\"typ\":\"dpop+jwt\""),
        header(45, Nimbus.REFUSES, "\"typ\":\"JOSE\""),
        text(34, "padded payload", Nimbus.ACCEPTS, signedText(head, body + "=")),
        text(34, "padded header", Nimbus.ACCEPTS, signedText(head + "=", body)),
        text(34, "padded signature", Nimbus.ACCEPTS, good + "="),
        text(34, "space in the payload", Nimbus.ACCEPTS, signedText(head, body + " ")),
        text(
            34,
            "space amid the payload",
            Nimbus.ACCEPTS,
            signedText(head, body.substring(0, 4) + " " + body.substring(4))),
        text(
            34,
            "spare bits in the signature",
            Nimbus.ACCEPTS,
            parts[0] + "." + parts[1] + "." + withSpareBits(parts[2])),
        text(35, "space around the token", Nimbus.ACCEPTS, " " + good + " "),
        text(35, "four parts", Nimbus.REFUSES, good + "." + parts[2]),
        text(35, "five parts", Nimbus.REFUSES, good + ".." + parts[2]),
        text(35, "detached", Nimbus.REFUSES, parts[0] + ".." + parts[2]),
        more(36, Nimbus.REFUSES, "\"exp\":9999999999"),
        more(36, Nimbus.REFUSES, "\"e\\u0078p\":9999999999"),
        more(36, Nimbus.ACCEPTS, "\"x\":{\"y\":1,\"y\":2}"),
        header(36, Nimbus.REFUSES, "\"alg\":\"none\""),
        header(36, Nimbus.REFUSES, "\"k\\u0069d\":\"x\""),
        payload(37, Nimbus.ACCEPTS, "\uFEFF{" + CLAIMS + "}"),
        payload(37, Nimbus.REFUSES, "{" + CLAIMS + "} x"),
        payload(37, Nimbus.REFUSES, "{" + CLAIMS + "}{}"),
        payload(37, Nimbus.REFUSES, "[{" + CLAIMS + "}]"),
        payload(37, Nimbus.REFUSES, "{" + CLAIMS.replace('"', '\'') + "}"),
        payload(37, Nimbus.REFUSES, "{" + CLAIMS + ",x:1}"),
        payload(37, Nimbus.REFUSES, "/*c*/{" + CLAIMS + "}"),
        payload(37, Nimbus.ACCEPTS, "{" + CLAIMS + ",\"sub\":\"\\ud800\"}"),
        text(37, "no UTF-8", Nimbus.ACCEPTS, TestToken.compact(right, wrong, KEY)),
        header(38, Nimbus.REFUSES, "\"crit\":[\"x\"],\"x\":1"),
        header(38, Nimbus.ACCEPTS, "\"crit\":[]"),
        header(38, Nimbus.ACCEPTS, "\"crit\":null"),
        header(38, Nimbus.REFUSES, "\"crit\":\"exp\""),
        header(38, Nimbus.REFUSES, "\"crit\":[\"alg\"]"),
        header(38, Nimbus.ACCEPTS, "\"crit\":[\"b64\"],\"b64\":true"),
        header(38, Nimbus.ACCEPTS, "\"crit\":[\"b64\"]"),
        header(39, Nimbus.REFUSES, "\"b64\":false"),
        header(40, Nimbus.ACCEPTS, "\"cty\":\"JWT\""),
        header(41, Nimbus.ACCEPTS, "\"zip\":\"DEF\""),
        header(41, Nimbus.REFUSES, "\"enc\":\"A128GCM\""),
        text(
            42,
            "jwk of a stranger",
            Nimbus.REFUSES,
            ISSUER.token(STRANGER).header("jwk", STRANGER.publicJwk().toJSONObject()).sign()),
        text(43, "kid no string", Nimbus.REFUSES, ISSUER.token().header("kid", 7).sign()),
        text(43, "kid null", Nimbus.ACCEPTS, ISSUER.token().header("kid", null).sign()),
        exp(46, Nimbus.REFUSES, "\"9999999999\""),
        exp(46, Nimbus.ACCEPTS, "null"),
        exp(46, Nimbus.REFUSES, "true"),
        exp(46, Nimbus.REFUSES, "NaN"),
        exp(46, Nimbus.REFUSES, "[9999999999]"),
        more(46, Nimbus.ACCEPTS, "\"nbf\":null"),
        more(46, Nimbus.REFUSES, "\"nbf\":\"1\""),
        more(46, Nimbus.ACCEPTS, "\"nbf\":1e30"),
        more(46, Nimbus.ACCEPTS, "\"nbf\":9223372036854775808"),
        more(46, Nimbus.ACCEPTS, "\"nbf\":18446744073709551616"),
        exp(46, Nimbus.REFUSES, "-1e30"),
        exp(46, Nimbus.REFUSES, "1e99999999999"),
        more(48, Nimbus.ACCEPTS, "\"iat\":9999999999"),
        payload(49, Nimbus.REFUSES, "{" + CLAIMS.replace("\"appointments:api\"", "7") + "}"),
        payload(
            49,
            Nimbus.REFUSES,
            "{" + CLAIMS.replace("\"appointments:api\"", "[\"appointments:api\",7]") + "}"),
        payload(
            49,
            Nimbus.ACCEPTS,
            "{" + CLAIMS.replace("\"appointments:api\"", "[\"appointments:api\",null]") + "}"),
        payload(49, Nimbus.ACCEPTS, "{" + CLAIMS.replace("\"appointments:api\"", "null") + "}"),
        more(60, Nimbus.REFUSES, "\"x\":" + "[".repeat(5000) + "]".repeat(5000)),
        more(60, Nimbus.REFUSES, "\"x\":" + "9".repeat(5000)),
        more(60, Nimbus.ACCEPTS, "\"" + "n".repeat(5000) + "\":1"));
  }

  private static Nimbus nimbus(String token) {
    var processor = new DefaultJWTProcessor<SecurityContext>();
    var keys = new ImmutableJWKSet<>(new JWKSet(KEY.publicJwk()));
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, keys));
    try {
      processor.process(token, null);
      return Nimbus.ACCEPTS;
    } catch (ParseException | BadJOSEException | JOSEException e) {
      return Nimbus.REFUSES;
    }
  }

  private static TokenVerifier.Verification ours(String token) {
    return new JwtVerifier(
            List.of(ISSUER.settings()),
            ISSUER.keySource(),
            new CryptoInUse(),
            Set.of(),
            InstantSource.system())
        .verify(token);
  }

  @ParameterizedTest
  @MethodSource("rows")
  @DisplayName("rules 17-60: Nimbus' processor does as stated, ours refuses")
  void nimbus_isKnown_oursRefuses(Row row) {
    assertThat(nimbus(row.token())).isEqualTo(row.nimbus());
    assertThat(ours(row.token())).isInstanceOf(Rejected.class);
  }

  @Test
  @DisplayName("rules 17-60: the good token that the rows are made from passes both")
  void goodToken_passesBoth() {
    String good = TestToken.compact("{" + HEADER + "}", "{" + CLAIMS + "}", KEY);
    assertThat(nimbus(good)).isEqualTo(Nimbus.ACCEPTS);
    assertThat(ours(good)).isInstanceOf(Verified.class);
  }

  /** What the JDK makes of a signature: true, false, or an exception. */
  private static String jdk(JwsAlgorithm algorithm, TestKey key, byte[] text, byte[] signature)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance(VerificationCrypto.jcaName(algorithm));
    verifier.initVerify(PublicKeys.of(key.publicJwk()).orElseThrow());
    verifier.update(text);
    try {
      return String.valueOf(verifier.verify(signature));
    } catch (SignatureException e) {
      return "throws";
    }
  }

  private static void jdkRefuses(String how, JwsAlgorithm algorithm, TestKey key, byte[]... bad)
      throws GeneralSecurityException {
    byte[] text = {1, 2, 3};
    assertThat(jdk(algorithm, key, text, key.sign(text))).isEqualTo("true");
    SignatureCheck ours =
        new VerificationKey("test", key.publicJwk(), Long.MAX_VALUE)
            .check(algorithm, VerificationCrypto.jdk());
    for (byte[] signature : bad) {
      assertThat(jdk(algorithm, key, text, signature)).isEqualTo(how);
      assertThat(ours.verifies(text, text.length, signature)).isFalse();
    }
  }

  @Test
  @DisplayName("rules 33, 180: the JDK refuses blank, out-of-range and wider ECDSA signatures")
  void jdk_ecdsaSignatures_areKnown() throws GeneralSecurityException {
    byte[] good = KEY.sign(new byte[] {1, 2, 3});
    BigInteger order = KEY.publicJwk().toECKey().getCurve().toECParameterSpec().getOrder();
    byte[] orders = new byte[64];
    System.arraycopy(order.toByteArray(), 1, orders, 0, 32);
    System.arraycopy(orders, 0, orders, 32, 32);
    byte[] wider = new byte[66];
    System.arraycopy(good, 0, wider, 1, 32);
    System.arraycopy(good, 32, wider, 34, 32);
    jdkRefuses(
        "false",
        JwsAlgorithm.ES256,
        KEY,
        new byte[64],
        orders,
        wider,
        new byte[0],
        Arrays.copyOf(good, 63));
  }

  @Test
  @DisplayName(
      "rules 32, 59, 60: the JDK throws on other lengths, and on an Ed25519 s of L or more")
  void jdk_otherLengths_throw() throws GeneralSecurityException {
    byte[] text = {1, 2, 3};
    TestKey ed = TestKey.generate(JwsAlgorithm.EDDSA, "ed");
    byte[] tooLarge = ed.sign(text);
    Arrays.fill(tooLarge, 32, 64, (byte) 0xff);
    jdkRefuses("throws", JwsAlgorithm.EDDSA, ed, tooLarge, new byte[0], new byte[63]);
    jdkRefuses("false", JwsAlgorithm.EDDSA, ed, new byte[64]);
    TestKey rsa = TestKey.generate(JwsAlgorithm.RS256, "rsa");
    jdkRefuses("throws", JwsAlgorithm.RS256, rsa, new byte[0], new byte[255], new byte[257]);
    jdkRefuses("false", JwsAlgorithm.RS256, rsa, new byte[256]);
  }

  @Test
  @DisplayName("rule 33: the JDK makes a key of a point off the curve; Nimbus, which we ask, not")
  void jdk_pointOffTheCurve_becomesAKey() throws GeneralSecurityException, JOSEException {
    ECKey jwk = KEY.publicJwk().toECKey();
    ECPublicKey key = jwk.toECPublicKey();
    var off = new ECPoint(key.getW().getAffineX(), key.getW().getAffineX());
    assertThat(
            KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(off, key.getParams())))
        .isNotNull();
    assertThatThrownBy(() -> new ECKey.Builder(jwk.getCurve(), jwk.getX(), jwk.getX()).build())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  @DisplayName(
      "rules 31, 32: the JDK takes HMAC keys of a byte and RSA keys of 512 bits, we do not")
  void jdk_weakKeys_areTaken() throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(new byte[1], "HmacSHA256"));
    assertThat(mac.doFinal(new byte[1])).hasSize(32);
    assertThatThrownBy(() -> new SharedSecret(new byte[1])).hasMessageContaining("32 bytes");
    BigInteger modulus = BigInteger.ONE.shiftLeft(511).add(BigInteger.ONE);
    var exponent = BigInteger.valueOf(65537);
    assertThat(
            KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent)))
        .isNotNull();
    var weak = new RSAKey.Builder(Base64URL.encode(modulus), Base64URL.encode(exponent)).build();
    assertThat(VerificationKey.problem(weak)).isPresent();
  }
}
