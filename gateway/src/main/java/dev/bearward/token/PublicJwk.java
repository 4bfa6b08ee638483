package dev.bearward.token;

import com.nimbusds.jose.jwk.JWK;
import dev.bearward.token.ClaimValue.Array;
import dev.bearward.token.ClaimValue.Text;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A public key in JSON from whoever sends it (RFC 7517 section 4, RFC 7518 section 6). Nimbus makes
 * the key; before that, each value is strict base64url of the one length that it can have, so that
 * a key has one spelling and one thumbprint, and nothing private or secret is there.
 */
final class PublicJwk {
  private static final Set<String> PRIVATE =
      Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k", "r", "t");
  private static final Set<String> TEXTS = Set.of("kty", "crv", "x", "y", "n", "e", "use", "alg");
  private static final int ED25519_BYTES = 32;

  private PublicJwk() {}

  /** The key, or null when it is not public, not strictly written or not fit to verify by. */
  static @Nullable JWK read(Map<String, ClaimValue> members) {
    if (PRIVATE.stream().anyMatch(members::containsKey)) {
      return null;
    }
    Map<String, Object> kept = new HashMap<>();
    for (String name : TEXTS) {
      ClaimValue value = members.get(name);
      if (value instanceof Text(String text)) {
        kept.put(name, text);
      } else if (value != null) {
        return null;
      }
    }
    ClaimValue operations = members.get("key_ops");
    if (operations != null) {
      List<String> names = operations instanceof Array ? TokenClaims.texts(operations) : null;
      if (names == null) {
        return null;
      }
      kept.put("key_ops", names);
    }
    return isExact(members) ? parsed(kept) : null;
  }

  private static @Nullable JWK parsed(Map<String, Object> members) {
    try {
      JWK jwk = JWK.parse(members);
      return KeySuitability.problem(jwk).isEmpty() ? jwk : null;
    } catch (ParseException | IllegalArgumentException | IllegalStateException e) {
      return null;
    }
  }

  /** Whether each value is as long as it must be. */
  private static boolean isExact(Map<String, ClaimValue> key) {
    return switch (text(key, "kty")) {
      case "EC" -> {
        int bytes = coordinateBytes(text(key, "crv"));
        yield decoded(key, "x").length == bytes && decoded(key, "y").length == bytes;
      }
      case "RSA" -> isMinimal(decoded(key, "n")) && isMinimal(decoded(key, "e"));
      case "OKP" -> decoded(key, "x").length == ED25519_BYTES;
      default -> false;
    };
  }

  /** RFC 7518 section 6.2.1.2: the full size of a coordinate, leading zeros included. */
  private static int coordinateBytes(String curve) {
    return switch (curve) {
      case "P-256" -> 32;
      case "P-384" -> 48;
      case "P-521" -> 66;
      default -> -1;
    };
  }

  /** RFC 7518 section 6.3.1.1: the fewest bytes that hold the number. */
  private static boolean isMinimal(byte[] number) {
    return number.length > 0 && number[0] != 0;
  }

  private static String text(Map<String, ClaimValue> key, String name) {
    return key.get(name) instanceof Text(String text) ? text : "";
  }

  /** The bytes of a value; none when it is not there or not strict base64url. */
  private static byte[] decoded(Map<String, ClaimValue> key, String name) {
    byte[] encoded = text(key, name).getBytes(StandardCharsets.ISO_8859_1);
    byte[] bytes = Base64Url.decode(encoded, 0, encoded.length);
    return bytes == null ? new byte[0] : bytes;
  }
}
