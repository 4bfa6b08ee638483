package dev.bearward.token;

import dev.bearward.token.ClaimValue.Members;
import dev.bearward.token.ClaimValue.Null;
import dev.bearward.token.ClaimValue.Text;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a token is bound to: whoever uses it has to prove that they hold the key (RFC 7800 section
 * 3.1). At least one of the two is there.
 *
 * @param keyThumbprint {@code jkt}: SHA-256 thumbprint of the key of DPoP proofs, in base64url (RFC
 *     9449 section 6.1), or null
 * @param certificateThumbprint {@code x5t#S256}: SHA-256 of the client's certificate, in base64url
 *     (RFC 8705 section 3.1), or null
 */
public record Confirmation(@Nullable String keyThumbprint, @Nullable String certificateThumbprint) {
  private static final int SHA256_BYTES = 32;

  public Confirmation {
    if (keyThumbprint == null && certificateThumbprint == null) {
      throw new IllegalArgumentException("cnf: nothing (expected: jkt or x5t#S256)");
    }
  }

  /**
   * Reads {@code cnf}. Other members beside a known one are ignored, as RFC 7800 section 3.1 says;
   * when there is no known one, or one that is no thumbprint, nothing can be checked.
   *
   * @return null when the claim names nothing that is understood
   */
  static @Nullable Confirmation read(ClaimValue cnf) {
    if (!(cnf instanceof Members(var members))) {
      return null;
    }
    ClaimValue key = members.get("jkt");
    ClaimValue certificate = members.get("x5t#S256");
    if ((key == null && certificate == null) || !sound(key) || !sound(certificate)) {
      return null;
    }
    return new Confirmation(text(key), text(certificate));
  }

  private static boolean sound(@Nullable ClaimValue member) {
    if (member == null) {
      return true;
    }
    if (!(member instanceof Text(String text))) {
      return false;
    }
    byte[] encoded = text.getBytes(StandardCharsets.ISO_8859_1);
    byte[] digest = Base64Url.decode(encoded, 0, encoded.length);
    return digest != null && digest.length == SHA256_BYTES;
  }

  private static @Nullable String text(@Nullable ClaimValue member) {
    return member instanceof Text(String text) ? text : null;
  }

  /** Whether the claim is there; JSON null counts as absent. */
  static boolean claimed(@Nullable ClaimValue cnf) {
    return cnf != null && !(cnf instanceof Null);
  }
}
