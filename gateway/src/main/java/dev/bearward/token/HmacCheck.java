package dev.bearward.token;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** HMAC by a shared secret (RFC 7518 section 3.2), always computed by the JDK. */
final class HmacCheck implements SignatureCheck {
  private final JwsAlgorithm algorithm;
  private final SecretKey secret;
  private final InstancePool<Mac> pool = new InstancePool<>();

  HmacCheck(JwsAlgorithm algorithm, SecretKey secret) {
    this.algorithm = algorithm;
    this.secret = secret;
  }

  @Override
  public boolean verifies(byte[] token, int signedLength, byte[] signature) {
    try {
      Mac taken = pool.take();
      Mac mac = taken == null ? newMac() : taken;
      mac.update(token, 0, signedLength);
      byte[] expected = mac.doFinal();
      pool.give(mac);
      return MessageDigest.isEqual(expected, signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private Mac newMac() throws GeneralSecurityException {
    Mac mac = Mac.getInstance(VerificationCrypto.jcaName(algorithm));
    mac.init(secret);
    return mac;
  }
}
