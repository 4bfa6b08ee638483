package dev.bearward.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * TLS towards the servers of one upstream: a certificate must be for the name that is asked for and
 * come from an authority that is trusted. The files are read again when they change.
 */
public final class ClientTls implements AutoCloseable {
  private static final String MATCH_NAMES = "HTTPS";

  private final ClientTlsSettings settings;
  private final TlsListener listener;
  private final Reread<Contexts> context;

  /**
   * What connections are made of.
   *
   * @param silent offers no protocol, so that HTTP/1.1 is spoken
   * @param offering offers the server a choice (ALPN)
   */
  private record Contexts(SslContext silent, SslContext offering) {
    void release() {
      ReferenceCountUtil.release(silent);
      ReferenceCountUtil.release(offering);
    }
  }

  private ClientTls(ClientTlsSettings settings, TlsListener listener, Reread<Contexts> context) {
    this.settings = settings;
    this.listener = listener;
    this.context = context;
  }

  /**
   * Reads all files.
   *
   * @throws IOException when a file cannot be read or used; the message names it
   */
  public static ClientTls open(
      ClientTlsSettings settings, TlsProvider provider, TlsListener listener) throws IOException {
    return open(settings, provider, List.of(), listener);
  }

  /**
   * Reads all files.
   *
   * @param protocols what to offer a server that may choose (ALPN), the preferred one first
   * @throws IOException when a file cannot be read or used; the message names it
   */
  public static ClientTls open(
      ClientTlsSettings settings,
      TlsProvider provider,
      List<String> protocols,
      TlsListener listener)
      throws IOException {
    var context =
        new Reread<>(
            files(settings),
            contents -> make(settings, provider, protocols, contents),
            Contexts::release,
            listener);
    return new ClientTls(settings, listener, context);
  }

  private static List<Path> files(ClientTlsSettings settings) {
    var files = new ArrayList<Path>();
    Path ca = settings.ca();
    if (ca != null) {
      files.add(ca);
    }
    CertificateFiles identity = settings.identity();
    if (identity != null) {
      files.add(identity.certificate());
      files.add(identity.key());
    }
    return files.stream().distinct().toList();
  }

  private static Contexts make(
      ClientTlsSettings settings,
      TlsProvider provider,
      List<String> protocols,
      Map<Path, byte[]> contents)
      throws IOException {
    SslContextBuilder builder = builder(settings, provider, contents);
    SslContext silent = builder.build();
    if (protocols.isEmpty()) {
      return new Contexts(silent, (SslContext) ReferenceCountUtil.retain((Object) silent));
    }
    // Neither provider knows another way; what the server chose is looked at by the caller.
    builder.applicationProtocolConfig(
        new ApplicationProtocolConfig(
            ApplicationProtocolConfig.Protocol.ALPN,
            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
            protocols));
    return new Contexts(silent, builder.build());
  }

  private static SslContextBuilder builder(
      ClientTlsSettings settings, TlsProvider provider, Map<Path, byte[]> contents)
      throws IOException {
    var builder = SslContextBuilder.forClient().endpointIdentificationAlgorithm(MATCH_NAMES);
    Path ca = settings.ca();
    if (ca != null) {
      builder.trustManager(Credential.authorities(ca, Reread.of(contents, ca)));
    }
    CertificateFiles identity = settings.identity();
    if (identity != null) {
      Credential credential =
          Credential.read(
              identity,
              Reread.of(contents, identity.certificate()),
              Reread.of(contents, identity.key()));
      builder.keyManager(credential.key(), credential.chain());
    }
    return provider.common(builder);
  }

  /** Looks whether the files changed; to be called now and then, by one thread. */
  public void look() {
    context.look();
  }

  /**
   * The handler to stand first in the pipeline of a connection; the caller limits its time.
   *
   * @param offers whether the server may choose one of the protocols given before
   * @param host name or address of the server
   * @param port its TCP port
   */
  public SslHandler newHandler(ByteBufAllocator allocator, boolean offers, String host, int port) {
    String name = settings.serverName();
    Contexts now = context.current();
    SslHandler handler =
        (offers ? now.offering() : now.silent())
            .newHandler(allocator, name == null ? host : name, port);
    handler.setHandshakeTimeoutMillis(0);
    return handler;
  }

  /** A handshake with that server did not succeed. */
  public void refused(String server, Throwable cause) {
    listener.serverRefused(server, HandshakeFault.why(cause));
  }

  /** Frees what the context holds outside the heap; connections that run go on. */
  @Override
  public void close() {
    context.close();
  }
}
