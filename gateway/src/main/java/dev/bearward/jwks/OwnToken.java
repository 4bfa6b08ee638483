package dev.bearward.jwks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's own Bearer token for an issuer that shows its keys to nobody without one, as
 * Kubernetes does. Read anew for each call, since it is replaced while the gateway runs.
 *
 * @param file where it is
 */
record OwnToken(Path file) {
  /** What the file holds. */
  sealed interface Reading {}

  /**
   * A token to send.
   *
   * @param token the token, or null where the issuer wants none
   */
  record Held(@Nullable String token) implements Reading {}

  /** No token; says why, and nothing of what is there. */
  record Unreadable(String why) implements Reading {}

  /** For an issuer that wants none. */
  static final Reading NONE_WANTED = new Held(null);

  private static final int MAX_BYTES = 64 * 1024;

  /** What RFC 6750 section 2.1 lets a token be. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  /** The token as it is now. */
  Reading read() {
    String text;
    try (InputStream in = Files.newInputStream(file)) {
      text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      return new Unreadable(
          file + ": " + e.getClass().getSimpleName() + " (expected: a readable Bearer token)");
    }
    return TOKEN.matcher(text).matches()
        ? new Held(text)
        : new Unreadable(file + ": (hidden) (expected: one Bearer token)");
  }
}
