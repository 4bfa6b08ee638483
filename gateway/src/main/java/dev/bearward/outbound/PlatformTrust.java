package dev.bearward.outbound;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The platform's own trust, read at the first handshake, on the client's executor. Reading its
 * authorities takes a fifth of the cpu time of a start, which is of no use to an issuer on plain
 * http and can wait until the listeners are open for all others. Every decision is the platform's.
 */
final class PlatformTrust extends X509ExtendedTrustManager {
  private @Nullable X509ExtendedTrustManager platform;

  private PlatformTrust() {}

  /** A context that trusts whom the platform trusts. */
  static SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new PlatformTrust()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("TLS: not available (expected: a JDK with it)", e);
    }
  }

  private synchronized X509ExtendedTrustManager platform() throws CertificateException {
    if (platform == null) {
      platform = TrustedAuthorities.platformManager();
    }
    return platform;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    platform().checkServerTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    platform().checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    platform().checkServerTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    platform().checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    platform().checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    platform().checkClientTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    try {
      return platform().getAcceptedIssuers();
    } catch (CertificateException e) {
      return new X509Certificate[0];
    }
  }
}
