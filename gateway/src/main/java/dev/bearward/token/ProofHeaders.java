package dev.bearward.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/**
 * Reads headers that bring a key and remembers the good ones: all proofs of a client have one and
 * the same header, and making a key ready costs as much as a signature.
 */
final class ProofHeaders {
  private static final int MAX_REMEMBERED = 512;
  private static final int MAX_REMEMBERED_LENGTH = 2_048;

  private final String type;
  private final Cache<String, ProofHeader> remembered =
      Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).executor(Runnable::run).build();

  /**
   * @param type the only {@code typ} that passes
   */
  ProofHeaders(String type) {
    this.type = type;
  }

  /** The header, or null when it or its key is not good. */
  @Nullable ProofHeader of(CompactJws jws) {
    String encoded = jws.encodedHeader();
    ProofHeader known = remembered.getIfPresent(encoded);
    if (known != null) {
      return known;
    }
    byte[] json = jws.header();
    ProofHeader header = json == null ? null : ProofHeader.read(json, type);
    if (header != null && encoded.length() <= MAX_REMEMBERED_LENGTH) {
      remembered.put(encoded, header);
    }
    return header;
  }
}
