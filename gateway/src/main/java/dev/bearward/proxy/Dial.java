package dev.bearward.proxy;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Connects to an endpoint, TLS and the choice of a protocol included. Limits no time; whoever wants
 * no more of it closes it. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close that fails has nobody to tell
final class Dial {
  /** Hears once what came of it. */
  interface Listener {
    /**
     * There is a connection, on which nothing was said yet.
     *
     * @param tls what stands behind the TLS of an encrypted one, or null
     * @param http2 whether HTTP/2 is to be spoken on it
     */
    void connected(Channel channel, @Nullable TlsEnd tls, boolean http2);

    /**
     * There is none.
     *
     * @param tls whether it is for TLS that there is none
     */
    void failed(Throwable cause, boolean tls);
  }

  private static final String NO_HTTP2 = "no HTTP/2 (expected: h2 as ALPN's choice)";

  private final Endpoint endpoint;
  private final boolean http1Only;
  private final Listener listener;
  private @Nullable Channel channel;

  /**
   * @param http1Only whether HTTP/1.1 is to be spoken, whatever else the endpoint can
   */
  Dial(Endpoint endpoint, boolean http1Only, Listener listener) {
    this.endpoint = endpoint;
    this.http1Only = http1Only;
    this.listener = listener;
  }

  void start(EventLoop loop) {
    Channel made = UpstreamSocket.make(loop, endpoint.address());
    channel = made;
    loop.register(made)
        .addListener(registered -> {
          if (registered.isSuccess()) {
            connect(made);
          } else {
            failed(registered.cause(), false);
          }
        });
  }

  /** Ends the connection, however far it has come. */
  void close() {
    Channel open = channel;
    if (open != null) {
      open.close();
    }
  }

  private void connect(Channel channel) {
    SslHandler tls = endpoint.newTls(channel.alloc(), !http1Only);
    TlsEnd end = new TlsEnd();
    if (tls != null) {
      channel.pipeline().addLast(tls, end);
    }
    channel
        .connect(UpstreamSocket.target(channel, endpoint.address()))
        .addListener(connected -> {
          if (!connected.isSuccess()) {
            failed(connected.cause(), false);
          } else if (tls != null) {
            shakeHands(channel, tls, end);
          } else {
            listener.connected(channel, null, needsHttp2());
          }
        });
  }

  private void shakeHands(Channel channel, SslHandler tls, TlsEnd end) {
    tls.handshakeFuture()
        .addListener(agreed -> {
          boolean http2 = ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol());
          if (!agreed.isSuccess()) {
            failed(agreed.cause(), true);
          } else if (needsHttp2() && !http2) {
            failed(new SSLHandshakeException(NO_HTTP2), true);
          } else {
            listener.connected(channel, end, http2);
          }
        });
  }

  /** Whether HTTP/2 is the only thing to speak. */
  private boolean needsHttp2() {
    return endpoint.settings().protocol() == Protocol.HTTP2 && !http1Only;
  }

  private void failed(Throwable cause, boolean tls) {
    close();
    listener.failed(cause, tls);
  }
}
