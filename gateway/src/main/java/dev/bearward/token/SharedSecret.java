package dev.bearward.token;

import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes of an HMAC secret; never printed. */
public final class SharedSecret {
  private final byte[] bytes;

  /**
   * Takes a copy of the bytes.
   *
   * @throws IllegalArgumentException when shorter than 32 bytes (RFC 7518 section 3.2)
   */
  public SharedSecret(byte[] bytes) {
    if (bytes.length < 32) {
      throw new IllegalArgumentException(
          "secret: " + bytes.length + " bytes (expected: at least 32 bytes)");
    }
    this.bytes = bytes.clone();
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SharedSecret its && MessageDigest.isEqual(bytes, its.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
