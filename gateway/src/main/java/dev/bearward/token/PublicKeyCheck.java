package dev.bearward.token;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;

/**
 * A signature by a public key (RFC 7518 sections 3.3 to 3.5, RFC 8037). Length and range of the
 * signature are checked here, whatever the provider makes of them.
 */
final class PublicKeyCheck implements SignatureCheck {
  private static final int ED25519_BYTES = 64;

  private final VerificationCrypto crypto;
  private final JwsAlgorithm algorithm;
  private final PublicKey key;
  private final int signatureBytes;

  /** Order of the curve, big-endian, as long as r or s; empty for other algorithms. */
  private final byte[] order;

  private final InstancePool<Signature> pool = new InstancePool<>();

  PublicKeyCheck(VerificationCrypto crypto, JwsAlgorithm algorithm, PublicKey key) {
    this.crypto = crypto;
    this.algorithm = algorithm;
    this.key = key;
    this.order = key instanceof ECPublicKey ec ? order(ec) : new byte[0];
    this.signatureBytes =
        switch (key) {
          case RSAPublicKey rsa -> bytes(rsa.getModulus().bitLength());
          case ECPublicKey _ -> 2 * order.length;
          default -> ED25519_BYTES;
        };
  }

  private static int bytes(int bits) {
    return (bits + 7) / 8;
  }

  private static byte[] order(ECPublicKey key) {
    var order = key.getParams().getOrder();
    byte[] padded = new byte[bytes(order.bitLength())];
    byte[] magnitude = order.toByteArray();
    int sign = magnitude.length - padded.length;
    System.arraycopy(magnitude, sign, padded, 0, padded.length);
    return padded;
  }

  @Override
  public boolean verifies(byte[] token, int signedLength, byte[] signature) {
    if (signature.length != signatureBytes || !isInRange(signature)) {
      return false;
    }
    try {
      Signature taken = pool.take();
      Signature verifier = taken == null ? crypto.signature(algorithm, key) : taken;
      verifier.update(token, 0, signedLength);
      boolean verified = verifier.verify(signature);
      pool.give(verifier);
      return verified;
    } catch (SignatureException e) {
      return false; // some ways of being wrong; that instance is not used again
    } catch (GeneralSecurityException e) {
      return false; // the key is of no use to the provider
    }
  }

  /** r and s within 1 to n-1 (FIPS 186-5 section 6.4.2); true for what has no r and s. */
  private boolean isInRange(byte[] signature) {
    int half = order.length;
    return half == 0 || (isInRange(signature, 0, half) && isInRange(signature, half, 2 * half));
  }

  private boolean isInRange(byte[] signature, int from, int to) {
    int firstSet = from;
    while (firstSet < to && signature[firstSet] == 0) {
      firstSet++;
    }
    return firstSet < to && Arrays.compareUnsigned(signature, from, to, order, 0, order.length) < 0;
  }
}
