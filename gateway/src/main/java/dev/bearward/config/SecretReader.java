package dev.bearward.config;

import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.SharedSecret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An issuer's shared secret; nothing of it is ever shown. */
final class SecretReader {
  private static final String EXPECTED = "the secret's value";

  private SecretReader() {}

  static @Nullable SharedSecret read(Value value, Set<JwsAlgorithm> algorithms) {
    Section secret = value.section(Keys.SECRET);
    if (secret == null) {
      return null;
    }
    String encoding = secret.or("encoding", "utf8", v -> v.word(List.of("utf8", "base64url")));
    return secret.need("value", EXPECTED, v -> decoded(v, encoding, shortest(algorithms)));
  }

  /** A key at least as long as the hash (RFC 7518 section 3.2), in bytes. */
  private static int shortest(Set<JwsAlgorithm> algorithms) {
    if (algorithms.contains(JwsAlgorithm.HS512)) {
      return 64;
    }
    return algorithms.contains(JwsAlgorithm.HS384) ? 48 : 32;
  }

  private static @Nullable SharedSecret decoded(Value value, String encoding, int shortest) {
    String text = value.text(EXPECTED);
    if (text == null) {
      return null;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (encoding.equals("base64url")) {
      try {
        bytes = Base64.getUrlDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        value.refuse("base64url");
        return null;
      }
    }
    if (bytes.length < shortest) {
      value.refuse("at least " + shortest + " bytes");
      return null;
    }
    return new SharedSecret(bytes);
  }
}
