package dev.bearward.outbound;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whom TLS connections trust: the platform's authorities and those of a PEM file. */
final class TrustedAuthorities {
  /** Largest file; the platform's own authorities are a fifth of it. */
  private static final int MAX_BYTES = 1024 * 1024;

  private TrustedAuthorities() {}

  /**
   * A context that trusts the platform and the file's certificates.
   *
   * @param ca the file
   * @param pem what it holds
   * @throws IOException when that is no certificate
   */
  static SSLContext and(Path ca, byte[] pem) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      List<Certificate> trusted = new ArrayList<>(platform());
      trusted.addAll(certificates(ca, pem));
      for (int i = 0; i < trusted.size(); i++) {
        store.setCertificateEntry("ca-" + i, trusted.get(i));
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trustManagers(store), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("ca: " + ca + " (expected: PEM certificates)", e);
    }
  }

  /**
   * The file's bytes.
   *
   * @throws IOException when it cannot be read
   */
  static byte[] read(Path ca) throws IOException {
    try (InputStream in = Files.newInputStream(ca)) {
      return in.readNBytes(MAX_BYTES);
    }
  }

  /** What decides for the platform. */
  static X509ExtendedTrustManager platformManager() throws CertificateException {
    try {
      for (TrustManager manager : trustManagers(null)) {
        if (manager instanceof X509ExtendedTrustManager x509) {
          return x509;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new CertificateException("the platform's authorities cannot be read", e);
    }
    throw new CertificateException("the platform has no authorities");
  }

  private static Collection<? extends Certificate> certificates(Path ca, byte[] pem)
      throws IOException, CertificateException {
    var certificates =
        CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
    if (certificates.isEmpty()) {
      throw new IOException("ca: " + ca + " holds nothing (expected: PEM certificates)");
    }
    return certificates;
  }

  private static List<Certificate> platform() throws GeneralSecurityException {
    List<Certificate> certificates = new ArrayList<>();
    for (TrustManager manager : trustManagers(null)) {
      if (manager instanceof X509TrustManager x509) {
        certificates.addAll(List.of(x509.getAcceptedIssuers()));
      }
    }
    return certificates;
  }

  private static TrustManager[] trustManagers(@Nullable KeyStore store)
      throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }
}
