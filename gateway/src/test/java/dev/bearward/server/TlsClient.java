package dev.bearward.server;

import dev.bearward.testing.Conversation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A TLS client by the JDK's own sockets. */
record TlsClient(SSLSocket socket, RawClient http) implements AutoCloseable {
  /** Connects and shakes hands; {@code protocols} are the TLS versions, the JDK's when empty. */
  static TlsClient connect(SSLContext context, int port, @Nullable String sni, String... protocols)
      throws IOException {
    var plain = new Socket(InetAddress.getLoopbackAddress(), port);
    plain.setSoTimeout(10_000);
    var socket =
        (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
    SSLParameters parameters = socket.getSSLParameters();
    if (sni != null) {
      parameters.setServerNames(List.of(new SNIHostName(sni)));
    }
    if (protocols.length > 0) {
      parameters.setProtocols(protocols);
    }
    parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
    socket.setSSLParameters(parameters);
    try {
      socket.startHandshake();
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return new TlsClient(socket, new RawClient(socket, new Conversation(socket)));
  }

  /** The certificate that the server showed. */
  X509Certificate shown() throws SSLPeerUnverifiedException {
    return (X509Certificate) socket.getSession().getPeerCertificates()[0];
  }

  @Override
  public void close() {
    http.close();
  }
}
