package dev.bearward.token;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** HMAC by a shared secret (RFC 7518 section 3.2). */
final class HmacCheck implements SignatureCheck {
  private final VerificationCrypto crypto;
  private final JwsAlgorithm algorithm;
  private final SecretKey secret;
  private final InstancePool<Mac> pool = new InstancePool<>();

  HmacCheck(VerificationCrypto crypto, JwsAlgorithm algorithm, SecretKey secret) {
    this.crypto = crypto;
    this.algorithm = algorithm;
    this.secret = secret;
  }

  @Override
  public boolean verifies(byte[] token, int signedLength, byte[] signature) {
    try {
      Mac taken = pool.take();
      Mac mac = taken == null ? crypto.mac(algorithm, secret) : taken;
      mac.update(token, 0, signedLength);
      byte[] expected = mac.doFinal();
      pool.give(mac);
      return MessageDigest.isEqual(expected, signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
