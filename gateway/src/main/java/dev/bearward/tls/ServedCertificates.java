package dev.bearward.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The certificates of the listeners at one moment, each with its context. */
record ServedCertificates(List<Served> all) {
  /** One of them. */
  record Served(SslContext context, CertificateNames names) {}

  static ServedCertificates make(
      ServerTlsSettings settings,
      TlsProvider provider,
      List<String> protocols,
      Map<Path, byte[]> contents)
      throws IOException {
    var all = new ArrayList<Served>();
    Path ca = settings.clientCa();
    List<X509Certificate> authorities =
        ca == null ? null : Credential.authorities(ca, Reread.of(contents, ca));
    for (CertificateFiles files : settings.certificates()) {
      Credential credential =
          Credential.read(
              files, Reread.of(contents, files.certificate()), Reread.of(contents, files.key()));
      var builder = SslContextBuilder.forServer(credential.key(), credential.chain());
      builder.clientAuth(clientAuth(settings)).applicationProtocolConfig(negotiated(protocols));
      if (authorities != null) {
        builder.trustManager(authorities);
      }
      SslContext context = provider.common(builder).build();
      all.add(new Served(context, new CertificateNames(credential.certificate())));
    }
    return new ServedCertificates(List.copyOf(all));
  }

  private static ClientAuth clientAuth(ServerTlsSettings settings) {
    return switch (settings.clientAuth()) {
      case DISABLED -> ClientAuth.NONE;
      case OPTIONAL -> ClientAuth.OPTIONAL;
      case REQUIRED -> ClientAuth.REQUIRE;
    };
  }

  /** A client that knows none of the protocols goes on without (RFC 7301 asks for no more). */
  private static ApplicationProtocolConfig negotiated(List<String> protocols) {
    return new ApplicationProtocolConfig(
        Protocol.ALPN,
        SelectorFailureBehavior.NO_ADVERTISE,
        SelectedListenerFailureBehavior.ACCEPT,
        protocols);
  }

  /** The one for a client that asks for that name, in lower case, or for none. */
  Served choose(@Nullable String name) {
    if (name != null) {
      for (Served served : all) {
        if (served.names().has(name)) {
          return served;
        }
      }
      for (Served served : all) {
        if (served.names().hasWildcard(name)) {
          return served;
        }
      }
    }
    return all.getFirst();
  }

  void free() {
    all.forEach(served -> ReferenceCountUtil.release(served.context()));
  }
}
