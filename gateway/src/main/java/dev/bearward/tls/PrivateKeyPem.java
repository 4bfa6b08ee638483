package dev.bearward.tls;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Set;

/**
 * Reads private keys: PKCS#8 (RFC 5958), and the older forms of RSA (PKCS#1) and EC keys (RFC
 * 5915), which become PKCS#8 with the algorithm that the certificate names.
 */
final class PrivateKeyPem {
  private static final String EXPECTED =
      " (expected: one private key in PEM that is not encrypted, BEGIN PRIVATE KEY, BEGIN RSA"
          + " PRIVATE KEY or BEGIN EC PRIVATE KEY)";
  private static final Set<String> OLDER = Set.of("RSA PRIVATE KEY", "EC PRIVATE KEY");
  private static final byte[] VERSION = {2, 1, 0};
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 4;

  private PrivateKeyPem() {}

  static PrivateKey read(Path file, byte[] content, PublicKey certified)
      throws CredentialException {
    List<Pem.Block> keys =
        Pem.blocks(content).stream()
            .filter(block -> block.label().endsWith("PRIVATE KEY"))
            .toList();
    if (keys.size() != 1) {
      throw new CredentialException(file, "holds " + keys.size() + " private keys" + EXPECTED);
    }
    Pem.Block block = keys.getFirst();
    byte[] der = block.der();
    boolean older = OLDER.contains(block.label());
    if (der.length == 0 || !(older || block.label().equals("PRIVATE KEY"))) {
      throw new CredentialException(file, "encrypted, or of a form that is not read" + EXPECTED);
    }
    byte[] pkcs8 = older ? wrapped(der, certified) : der;
    try {
      return KeyFactory.getInstance(certified.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException e) {
      throw new CredentialException(
          file,
          "not a key for the certificate, whose algorithm is "
              + certified.getAlgorithm()
              + EXPECTED);
    }
  }

  private static byte[] wrapped(byte[] older, PublicKey certified) {
    return value(SEQUENCE, VERSION, algorithm(certified), value(OCTET_STRING, older));
  }

  /** The algorithm identifier that a public key's encoding begins with (RFC 5280 section 4.1). */
  private static byte[] algorithm(PublicKey certified) {
    byte[] encoded = certified.getEncoded();
    int start = encoded[1] < 0 ? 2 + (encoded[1] & 0x7f) : 2;
    int length = 2 + encoded[start + 1];
    return java.util.Arrays.copyOfRange(encoded, start, start + length);
  }

  private static byte[] value(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    var whole = new ByteArrayOutputStream();
    whole.write(tag);
    int length = content.size();
    if (length > 0xff) {
      whole.write(0x82);
      whole.write(length >> 8);
    } else if (length >= 0x80) {
      whole.write(0x81);
    }
    whole.write(length);
    whole.writeBytes(content.toByteArray());
    return whole.toByteArray();
  }
}
