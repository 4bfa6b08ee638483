package dev.bearward.jwks;

import com.nimbusds.jose.jwk.JWK;
import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.VerificationKey;
import java.text.ParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    if (!Members.known(type, jwk.get("crv"))) {
      return new Skipped(SkippedKey.UNSUITABLE);
    }
    return Members.forSignatures(jwk) ? parsed(jwk) : new Skipped(SkippedKey.NOT_FOR_SIGNATURES);
  }

  private static KeyMember parsed(Map<?, ?> jwk) {
    try {
      JWK key = JWK.parse(Members.needed(jwk));
      return VerificationKey.problem(key).isPresent()
          ? new Skipped(SkippedKey.UNSUITABLE)
          : new Usable(key);
    } catch (ParseException | RuntimeException broken) {
      // Nimbus reports a value out of place by either; none is worth more than this one key.
      return new Skipped(SkippedKey.MALFORMED);
    }
  }

  /** What the members of a JWK may be. */
  final class Members {
    private static final Set<String> PRIVATE = Set.of("d", "p", "q", "dp", "dq", "qi", "oth");
    private static final Set<String> NEEDED =
        Set.of("kty", "kid", "use", "key_ops", "alg", "crv", "n", "e", "x", "y");
    private static final Set<String> NUMBERS = Set.of("n", "e", "x", "y");

    private Members() {}

    private static boolean forSignatures(Map<?, ?> jwk) {
      Object use = jwk.get("use");
      Object operations = jwk.get("key_ops");
      Object algorithm = jwk.get("alg");
      return (use == null || use.equals("sig"))
          && (!(operations instanceof List<?> list) || list.contains("verify"))
          && (!(algorithm instanceof String name) || JwsAlgorithm.named(name).isPresent());
    }

    /** Nimbus takes types and curves it does not know for broken ones. */
    private static boolean known(String type, @Nullable Object curve) {
      return switch (type) {
        case "RSA" -> true;
        case "EC" -> "P-256".equals(curve) || "P-384".equals(curve) || "P-521".equals(curve);
        case "OKP" -> "Ed25519".equals(curve);
        default -> false;
      };
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

    /** Nimbus decodes around characters that do not belong. */
    private static boolean isBase64Url(Object value) {
      return value instanceof String text && text.matches("[A-Za-z0-9_-]+");
    }
  }
}
