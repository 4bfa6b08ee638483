package dev.bearward.tls;

import dev.bearward.tls.ServedCertificates.Served;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.Mapping;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** TLS of one connection: the certificate that was chosen for it, and the one that was shown. */
public final class ServerHandshake {
  /** Largest ClientHello, bytes; those with post-quantum keys take about two thousand. */
  private static final int MAX_CLIENT_HELLO = 16 * 1024;

  private final ServedCertificates certificates;
  private final boolean byName;
  private final Duration limit;
  private Served chosen;

  ServerHandshake(ServedCertificates certificates, boolean byName, Duration limit) {
    this.certificates = certificates;
    this.byName = byName;
    this.limit = limit;
    this.chosen = certificates.all().getFirst();
  }

  /** The handler to stand first in the connection's pipeline. */
  public ChannelHandler handler(ByteBufAllocator allocator) {
    if (certificates.all().size() > 1) {
      return new ByName(this::choose);
    }
    return limited(chosen.context().newHandler(allocator));
  }

  private SslContext choose(@Nullable String name) {
    chosen = certificates.choose(name);
    return chosen.context();
  }

  private SslHandler limited(SslHandler handler) {
    handler.setHandshakeTimeoutMillis(limit.toMillis());
    return handler;
  }

  /** Waits for the name that the client asks for, then makes room for the handler itself. */
  private final class ByName extends SniHandler {
    ByName(Mapping<String, SslContext> choice) {
      super(choice, MAX_CLIENT_HELLO, limit.toMillis());
    }

    @Override
    protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
      return limited(super.newSslHandler(context, allocator));
    }
  }

  /**
   * Whether requests for that host may come on this connection (RFC 9110 section 7.4).
   *
   * @param host name or address in lower case
   */
  public boolean serves(String host) {
    return !byName || chosen.names().covers(host);
  }

  /** The DER of the certificate that the client showed and that was verified, or null. */
  public static byte @Nullable [] clientCertificate(SslHandler handler) {
    try {
      Certificate[] shown = handler.engine().getSession().getPeerCertificates();
      return shown.length == 0 ? null : shown[0].getEncoded();
    } catch (SSLPeerUnverifiedException e) {
      return null;
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that came as DER", e);
    }
  }
}
