package dev.bearward.token;

import dev.bearward.token.ClaimValue.Text;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a protected header says that matters here. A key or a key's address in the header (jwk, x5c,
 * jku, x5u) is never read (RFC 8725 section 3.10).
 *
 * @param algorithm the algorithm, or null when it is none that is known here
 * @param keyId {@code kid}, or null
 * @param type {@code typ}
 */
record JoseHeader(@Nullable JwsAlgorithm algorithm, @Nullable String keyId, Type type) {
  /** What {@code typ} calls the token, by RFC 7515 section 4.1.9 and RFC 9068 section 2.1. */
  enum Type {
    ABSENT,
    JWT,
    ACCESS_TOKEN,
    OTHER
  }

  private static final Set<String> READ =
      Set.of("alg", "kid", "typ", "cty", "crit", "b64", "zip", "enc");

  /**
   * Extensions, unencoded payloads, compression and encryption: none is understood, and crit says
   * that what is not understood must be refused (RFC 7515 section 4.1.11, RFC 7797 section 7).
   */
  private static final Set<String> NEVER = Set.of("crit", "b64", "zip", "enc");

  /** The header, or null when it is malformed or asks for what is never done. */
  static @Nullable JoseHeader read(byte[] json) {
    Map<String, ClaimValue> members = StrictJson.read(json, READ);
    if (members == null || !(members.get("alg") instanceof Text algorithm)) {
      return null;
    }
    for (String name : NEVER) {
      if (members.containsKey(name)) {
        return null;
      }
    }
    if (!isTextOrAbsent(members.get("kid"))
        || !isTextOrAbsent(members.get("typ"))
        || !isTextOrAbsent(members.get("cty"))
        || isNested(text(members.get("cty")))) {
      return null;
    }
    return new JoseHeader(
        JwsAlgorithm.named(algorithm.value()).orElse(null),
        text(members.get("kid")),
        type(text(members.get("typ"))));
  }

  private static boolean isTextOrAbsent(@Nullable ClaimValue value) {
    return value == null || value instanceof Text;
  }

  private static @Nullable String text(@Nullable ClaimValue value) {
    return value instanceof Text text ? text.value() : null;
  }

  private static boolean isNested(@Nullable String contentType) {
    return "JWT".equalsIgnoreCase(contentType) || "application/jwt".equalsIgnoreCase(contentType);
  }

  private static Type type(@Nullable String name) {
    if (name == null) {
      return Type.ABSENT;
    }
    if (name.equalsIgnoreCase("JWT")) {
      return Type.JWT;
    }
    return name.equalsIgnoreCase("at+jwt") || name.equalsIgnoreCase("application/at+jwt")
        ? Type.ACCESS_TOKEN
        : Type.OTHER;
  }
}
