package dev.bearward.tls;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A certificate with its chain, and the private key that belongs to it.
 *
 * @param chain the certificate itself first
 * @param key its private key
 */
public record Credential(List<X509Certificate> chain, PrivateKey key) {
  private static final byte[] PROBE = "bearward".getBytes(StandardCharsets.US_ASCII);

  /**
   * Reads both and holds them together.
   *
   * @throws CredentialException when one of them cannot be read, or the key is another
   *     certificate's
   */
  public static Credential read(CertificateFiles files, byte[] certificate, byte[] key)
      throws CredentialException {
    List<X509Certificate> chain = Pem.certificates(files.certificate(), certificate);
    PublicKey certified = chain.getFirst().getPublicKey();
    PrivateKey own = PrivateKeyPem.read(files.key(), key, certified);
    if (!belong(own, certified)) {
      throw new CredentialException(
          files.key(), "not the key of " + files.certificate() + " (expected: its private key)");
    }
    return new Credential(chain, own);
  }

  /**
   * Reads certificates of authorities.
   *
   * @throws CredentialException when there are none, or one cannot be read
   */
  public static List<X509Certificate> authorities(Path file, byte[] content)
      throws CredentialException {
    return Pem.certificates(file, content);
  }

  private static boolean belong(PrivateKey key, PublicKey certified) {
    try {
      Signature signature = Signature.getInstance(algorithm(certified));
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String algorithm(PublicKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> key.getAlgorithm();
    };
  }

  /** When the certificate ceases to be valid. */
  public Instant expires() {
    return chain.getFirst().getNotAfter().toInstant();
  }

  X509Certificate certificate() {
    return chain.getFirst();
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return "certificate of " + certificate().getSubjectX500Principal();
  }
}
