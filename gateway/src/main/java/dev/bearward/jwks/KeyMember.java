package dev.bearward.jwks;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import dev.bearward.token.JwsAlgorithm;
import java.math.BigInteger;
import java.text.ParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Judges one member of a key set: a public key for signatures, or why not. */
sealed interface KeyMember {
  /** Only what verification needs; certificates and unknown members are dropped unread. */
  record Usable(JWK key) implements KeyMember {}

  /** Not used. */
  record Skipped(SkippedKey reason) implements KeyMember {}

  /** Judges a member of {@code keys} as the JSON reader gave it. */
  static KeyMember of(Object member) {
    if (!(member instanceof Map<?, ?> jwk) || !(jwk.get("kty") instanceof String type)) {
      return new Skipped(SkippedKey.MALFORMED);
    }
    if (type.equals("oct") || jwk.containsKey("k")) {
      return new Skipped(SkippedKey.SYMMETRIC);
    }
    if (jwk.keySet().stream().anyMatch(Members.PRIVATE::contains)) {
      return new Skipped(SkippedKey.PRIVATE);
    }
    if (!Members.SIGNING_TYPES.contains(type)) {
      return new Skipped(SkippedKey.UNSUPPORTED);
    }
    if (!Members.forSignatures(jwk)) {
      return new Skipped(SkippedKey.NOT_FOR_SIGNATURES);
    }
    try {
      return Members.strength(JWK.parse(Members.needed(jwk)));
    } catch (ParseException | RuntimeException broken) {
      // Nimbus reports values out of place by either; none of them is worth more than this key.
      return new Skipped(SkippedKey.MALFORMED);
    }
  }

  /** What the members of a JWK may be. */
  final class Members {
    private static final Set<String> SIGNING_TYPES = Set.of("RSA", "EC", "OKP");
    private static final Set<String> PRIVATE = Set.of("d", "p", "q", "dp", "dq", "qi", "oth");
    private static final Set<String> NEEDED =
        Set.of("kty", "kid", "use", "key_ops", "alg", "crv", "n", "e", "x", "y");
    private static final Set<String> NUMBERS = Set.of("n", "e", "x", "y");
    private static final Set<Curve> EC_CURVES = Set.of(Curve.P_256, Curve.P_384, Curve.P_521);

    private Members() {}

    private static boolean forSignatures(Map<?, ?> jwk) {
      Object use = jwk.get("use");
      Object operations = jwk.get("key_ops");
      Object algorithm = jwk.get("alg");
      return (use == null || use.equals("sig"))
          && (!(operations instanceof List<?> list) || list.contains("verify"))
          && (!(algorithm instanceof String name) || JwsAlgorithm.named(name).isPresent());
    }

    private static Map<String, Object> needed(Map<?, ?> jwk) throws ParseException {
      Map<String, Object> needed = new HashMap<>();
      for (Map.Entry<?, ?> member : jwk.entrySet()) {
        if (member.getKey() instanceof String name && NEEDED.contains(name)) {
          if (NUMBERS.contains(name) && !isBase64Url(member.getValue())) {
            throw new ParseException(name, 0);
          }
          needed.put(name, member.getValue());
        }
      }
      return needed;
    }

    private static boolean isBase64Url(Object value) {
      return value instanceof String text && text.matches("[A-Za-z0-9_-]+");
    }

    private static KeyMember strength(JWK key) throws ParseException {
      return switch (key) {
        case RSAKey rsa -> strong(rsa) ? new Usable(key) : new Skipped(SkippedKey.WEAK);
        case ECKey ec when !EC_CURVES.contains(ec.getCurve()) ->
            new Skipped(SkippedKey.UNSUPPORTED);
        case ECKey _ -> new Usable(key);
        case OctetKeyPair okp when !okp.getCurve().equals(Curve.Ed25519) ->
            new Skipped(SkippedKey.UNSUPPORTED);
        case OctetKeyPair okp when okp.getX().decode().length != 32 ->
            new Skipped(SkippedKey.MALFORMED);
        case OctetKeyPair _ -> new Usable(key);
        default -> new Skipped(SkippedKey.UNSUPPORTED);
      };
    }

    private static boolean strong(RSAKey rsa) {
      BigInteger exponent = rsa.getPublicExponent().decodeToBigInteger();
      int bits = rsa.getModulus().decodeToBigInteger().bitLength();
      return bits >= 2048 && bits <= 16384 && exponent.testBit(0) && exponent.bitLength() > 1;
    }
  }
}
