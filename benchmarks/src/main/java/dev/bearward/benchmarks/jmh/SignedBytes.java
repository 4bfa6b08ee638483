package dev.bearward.benchmarks.jmh;

import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;

/** What a token's signature is computed over, and the signature, decoded. */
final class SignedBytes {
  private final byte[] input;
  private final byte[] signature;

  SignedBytes(String token) {
    int dot = token.lastIndexOf('.');
    this.input = token.substring(0, dot).getBytes(StandardCharsets.US_ASCII);
    this.signature = new Base64URL(token.substring(dot + 1)).decode();
  }

  boolean isSignedBy(Signature by) throws GeneralSecurityException {
    by.update(input);
    return by.verify(signature);
  }
}
