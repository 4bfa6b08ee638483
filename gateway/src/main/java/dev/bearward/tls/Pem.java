package dev.bearward.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads PEM (RFC 7468); text around the blocks is skipped. */
final class Pem {
  /** Most certificates in one file. */
  private static final int MAX_CERTIFICATES = 1_000;

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----([^-]*+)-----END \\1-----");

  /**
   * One block.
   *
   * @param label between BEGIN and the dashes
   * @param body between the two lines
   */
  record Block(String label, String body) {
    /** The bytes, or none when the body is no Base64 without header lines. */
    byte[] der() {
      try {
        return Base64.getDecoder().decode(body.replaceAll("\\s", ""));
      } catch (IllegalArgumentException e) {
        return new byte[0];
      }
    }
  }

  private Pem() {}

  static List<Block> blocks(byte[] content) {
    var blocks = new ArrayList<Block>();
    Matcher matcher = BLOCK.matcher(new String(content, StandardCharsets.ISO_8859_1));
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  /** All certificates of a file, at least one. */
  static List<X509Certificate> certificates(Path file, byte[] content) throws CredentialException {
    var certificates = new ArrayList<X509Certificate>();
    for (Block block : blocks(content)) {
      if (block.label().equals("CERTIFICATE")) {
        certificates.add(certificate(file, block));
      }
    }
    if (certificates.isEmpty() || certificates.size() > MAX_CERTIFICATES) {
      throw new CredentialException(
          file,
          "holds "
              + certificates.size()
              + " certificates (expected: 1 to 1000 certificates in"
              + " PEM, BEGIN CERTIFICATE)");
    }
    return List.copyOf(certificates);
  }

  private static X509Certificate certificate(Path file, Block block) throws CredentialException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(block.der()));
    } catch (CertificateException e) {
      throw new CredentialException(file, "a certificate that cannot be read (expected: X.509)");
    }
  }
}
