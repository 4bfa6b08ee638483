package dev.bearward.app;

import dev.bearward.server.Thumbprint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

/** The certificate that a client would show. */
public final class ClientCertificate {
  private ClientCertificate() {}

  /**
   * Its thumbprint, {@code x5t#S256}.
   *
   * @throws IOException when the file holds none
   */
  public static String thumbprint(Path pem) throws IOException {
    try (InputStream in = Files.newInputStream(pem)) {
      var factory = CertificateFactory.getInstance("X.509");
      return Thumbprint.of(factory.generateCertificate(in).getEncoded());
    } catch (IOException | CertificateException e) {
      throw new IOException(
          "--client-certificate: " + pem + " (expected: a certificate in PEM)", e);
    }
  }
}
