package dev.bearward.token;

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
  public String toString() {
    return "(secret)";
  }
}
