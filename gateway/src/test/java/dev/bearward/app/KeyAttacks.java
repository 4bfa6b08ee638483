package dev.bearward.app;

import com.nimbusds.jose.util.Base64URL;
import dev.bearward.http.Reason;
import dev.bearward.testing.TestKey;
import dev.bearward.testing.TestToken;
import dev.bearward.token.JwsAlgorithm;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Tokens by another key, another algorithm or none, and signatures that were tampered with. */
final class KeyAttacks {
  private static final List<String> NONE = List.of("none", "None", "NONE", "nOnE", "none ", "");
  private static final List<String> STRANGE_KEY_IDS =
      List.of(
          "../../../etc/passwd",
          "file:///etc/passwd",
          "' OR 1=1 --",
          "x'; DROP TABLE keys; --",
          "${jndi:ldap://127.0.0.1/x}",
          "\u0000",
          "",
          "é漢\uD83D\uDE00",
          "k".repeat(513),
          "k".repeat(10_000));

  private final Target target;
  private final TestKey stranger;
  private final String trap;
  private final String good;
  private final String input;
  private final byte[] signature;
  private final List<Attack> attacks = new ArrayList<>();

  private KeyAttacks(Target target, String trap) {
    this.target = target;
    this.stranger = target.stranger();
    this.trap = trap;
    this.good = target.token().sign();
    this.input = good.substring(0, good.lastIndexOf('.') + 1);
    this.signature = new Base64URL(good.substring(input.length())).decode();
  }

  /**
   * What one can try without the key.
   *
   * @param trap an address that nobody may ever ask
   */
  static List<Attack> on(Target target, String trap) {
    var made = new KeyAttacks(target, trap);
    made.otherKeys();
    made.otherAlgorithms();
    made.lengths();
    made.bits();
    switch (target.algorithm().family()) {
      case EC -> made.pairs();
      case RSA -> made.modulus();
      case OKP -> made.order();
      case HMAC -> {}
    }
    if (!target.symmetric()) {
      made.publicKeyAsSecret();
      made.keyIds();
    }
    return made.attacks;
  }

  private void signature(String name, byte[] altered) {
    if (!Arrays.equals(altered, signature)) {
      String token = input + Base64URL.encode(altered);
      attacks.add(Attack.token(name, Reason.BAD_SIGNATURE, token));
    }
  }

  private void otherKeys() {
    attacks.add(
        Attack.token(
            "another key", Reason.BAD_SIGNATURE, target.token().signedBy(stranger).sign()));
    String other = target.token().subject("mallory").sign();
    signature(
        "of another token", new Base64URL(other.substring(other.lastIndexOf('.') + 1)).decode());
  }

  private void otherAlgorithms() {
    for (String none : NONE) {
      String token = target.token().header("alg", none).sign();
      attacks.add(Attack.token("alg " + none, Reason.ALGORITHM_NOT_ALLOWED, token));
      String bare = token.substring(0, token.lastIndexOf('.') + 1);
      attacks.add(Attack.token("bare alg " + none, Reason.ALGORITHM_NOT_ALLOWED, bare));
    }
    for (JwsAlgorithm other : JwsAlgorithm.values()) {
      if (other != target.algorithm()) {
        String name = other.joseName();
        attacks.add(Attack.forged("alg " + name, target.token().header("alg", name).sign()));
        attacks.add(
            Attack.forged(
                "alg " + name + " without kid",
                target.token().header("alg", name).withoutHeader("kid").sign()));
      }
    }
    for (String name : List.of("rs256", "RS257", "ES256K", "Ed448", "dir", "RSA-OAEP", "A128KW")) {
      attacks.add(
          Attack.token(
              "alg " + name,
              Reason.ALGORITHM_NOT_ALLOWED,
              target.token().header("alg", name).sign()));
    }
  }

  private void publicKeyAsSecret() {
    String jwk = target.key().publicJwk().toJSONString();
    for (byte[] secret :
        List.of(
            jwk.getBytes(StandardCharsets.UTF_8),
            target.issuer().jwks().getBytes(StandardCharsets.UTF_8),
            new byte[32])) {
      for (JwsAlgorithm hmac : List.of(JwsAlgorithm.HS256, JwsAlgorithm.HS512)) {
        TestToken token =
            target.issuer().token(TestKey.shared(hmac, secret)).header("kid", target.key().keyId());
        attacks.add(
            Attack.token("public key as secret", Reason.ALGORITHM_NOT_ALLOWED, token.sign()));
      }
    }
  }

  private void keyIds() {
    for (String keyId : STRANGE_KEY_IDS) {
      attacks.add(
          Attack.token(
              "kid " + keyId, Reason.UNKNOWN_KEY, target.token().header("kid", keyId).sign()));
    }
    Map<String, Object> offers =
        Map.of(
            "jwk", stranger.publicJwk().toJSONObject(),
            "jku", trap,
            "x5u", trap,
            "x5c", List.of("MIIB"),
            "kid", trap);
    offers.forEach((name, value) -> {
      TestToken named = target.token().signedBy(stranger).header("kid", "evil").header(name, value);
      attacks.add(Attack.token("offers " + name, Reason.UNKNOWN_KEY, named.sign()));
      if (!name.equals("kid")) {
        attacks.add(
            Attack.token(
                "offers " + name + " without kid",
                Reason.BAD_SIGNATURE,
                named.withoutHeader("kid").sign()));
      }
    });
  }

  private void lengths() {
    int length = signature.length;
    signature("empty", new byte[0]);
    byte[] ones = new byte[length];
    Arrays.fill(ones, (byte) 0xff);
    signature("ones", ones);
    for (int other :
        List.of(1, 2, 31, 32, 33, 63, 64, 65, 96, 132, 256, 512, length - 1, length, length + 1)) {
      signature(other + " zero bytes", new byte[other]);
      if (other != length) {
        signature("cut or filled to " + other, Arrays.copyOf(signature, other));
      }
    }
    signature("first byte gone", Arrays.copyOfRange(signature, 1, length));
    signature("zero before", concat(new byte[1], signature));
    signature("twice", concat(signature, signature));
  }

  private void bits() {
    for (int i = 0; i < 40; i++) {
      int bit = (int) ((long) i * (signature.length * 8 - 1) / 39);
      byte[] altered = signature.clone();
      altered[bit / 8] ^= (byte) (1 << (bit % 8));
      signature("bit " + bit, altered);
    }
  }

  private void pairs() {
    int half = signature.length / 2;
    BigInteger n = target.key().publicJwk().toECKey().getCurve().toECParameterSpec().getOrder();
    BigInteger r = new BigInteger(1, signature, 0, half);
    BigInteger s = new BigInteger(1, signature, half, half);
    BigInteger one = BigInteger.ONE;
    List<BigInteger> bounds =
        List.of(BigInteger.ZERO, one, n.subtract(one), n, n.add(one), n.shiftRight(1), r, s);
    for (BigInteger left : bounds) {
      for (BigInteger right : bounds) {
        signature("r " + left + ", s " + right, concat(fixed(left, half), fixed(right, half)));
      }
    }
    signature("wider", concat(fixed(r, half + 1), fixed(s, half + 1)));
    signature("DER", der(r, s));
    signature("DER, empty", new byte[] {0x30, 0});
    signature("DER of zeros", der(BigInteger.ZERO, BigInteger.ZERO));
  }

  private void modulus() {
    BigInteger n = target.key().publicJwk().toRSAKey().getModulus().decodeToBigInteger();
    int length = signature.length;
    BigInteger s = new BigInteger(1, signature);
    signature("modulus", fixed(n, length));
    signature("modulus - 1", fixed(n.subtract(BigInteger.ONE), length));
    signature("one", fixed(BigInteger.ONE, length));
    signature("negated", fixed(n.subtract(s), length));
    signature("congruent", s.add(n).toByteArray());
  }

  /** RFC 8032 section 5.1.7: s below the group's order, and no point of small order. */
  private void order() {
    BigInteger order =
        BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    byte[] r = Arrays.copyOf(signature, 32);
    byte[] s = Arrays.copyOfRange(signature, 32, 64);
    BigInteger more = new BigInteger(1, reversed(s)).add(order);
    signature("s + order", concat(r, reversed(fixed(more, 32))));
    signature("s is the order", concat(r, reversed(fixed(order, 32))));
    signature("s is zero", concat(r, new byte[32]));
    byte[] neutral = new byte[32];
    neutral[0] = 1;
    signature("neutral point", concat(neutral, new byte[32]));
    signature("neutral point, s", concat(neutral, s));
  }

  private static byte[] der(BigInteger r, BigInteger s) {
    byte[] body = concat(integer(r), integer(s));
    byte[] head =
        body.length < 0x80
            ? new byte[] {0x30, (byte) body.length}
            : new byte[] {0x30, (byte) 0x81, (byte) body.length};
    return concat(head, body);
  }

  private static byte[] integer(BigInteger value) {
    byte[] bytes = value.toByteArray();
    return concat(new byte[] {2, (byte) bytes.length}, bytes);
  }

  private static byte[] fixed(BigInteger value, int length) {
    byte[] bytes = value.toByteArray();
    int from = bytes.length > length ? bytes.length - length : 0;
    byte[] fixed = new byte[length];
    int size = bytes.length - from;
    System.arraycopy(bytes, from, fixed, length - size, size);
    return fixed;
  }

  private static byte[] concat(byte[] one, byte[] two) {
    byte[] both = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    return both;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }
}
