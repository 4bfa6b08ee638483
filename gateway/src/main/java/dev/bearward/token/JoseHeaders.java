package dev.bearward.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/**
 * Reads headers and remembers the good ones: tokens of one signing key have one and the same
 * header, so its text stands for what it says.
 */
final class JoseHeaders {
  private static final int MAX_REMEMBERED = 256;
  private static final int MAX_REMEMBERED_LENGTH = 1_024;

  private final Cache<String, JoseHeader> remembered =
      Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).executor(Runnable::run).build();

  /** The header of a token, or null when it is malformed. */
  @Nullable JoseHeader of(CompactJws jws) {
    String encoded = jws.encodedHeader();
    JoseHeader known = remembered.getIfPresent(encoded);
    if (known != null) {
      return known;
    }
    byte[] json = jws.header();
    JoseHeader header = json == null ? null : JoseHeader.read(json);
    if (header != null && encoded.length() <= MAX_REMEMBERED_LENGTH) {
      remembered.put(encoded, header);
    }
    return header;
  }
}
