package dev.bearward.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** TLS of the listeners: certificates in use, read again when their files change. */
public final class ServerTls implements AutoCloseable {
  private final ServerTlsSettings settings;
  private final TlsProvider provider;
  private final TlsListener listener;
  private final Reread<ServedCertificates> certificates;

  private ServerTls(
      ServerTlsSettings settings,
      TlsProvider provider,
      TlsListener listener,
      Reread<ServedCertificates> certificates) {
    this.settings = settings;
    this.provider = provider;
    this.listener = listener;
    this.certificates = certificates;
  }

  /**
   * Reads all files.
   *
   * @param protocols what is spoken inside, the preferred one first (RFC 7301)
   * @throws IOException when a file cannot be read or used; the message names it
   */
  public static ServerTls open(
      ServerTlsSettings settings,
      TlsProvider provider,
      List<String> protocols,
      TlsListener listener)
      throws IOException {
    var certificates =
        new Reread<>(
            files(settings),
            contents -> ServedCertificates.make(settings, provider, protocols, contents),
            ServedCertificates::free,
            listener);
    return new ServerTls(settings, provider, listener, certificates);
  }

  private static List<Path> files(ServerTlsSettings settings) {
    var files = new ArrayList<Path>();
    for (CertificateFiles one : settings.certificates()) {
      files.add(one.certificate());
      files.add(one.key());
    }
    Path ca = settings.clientCa();
    if (ca != null) {
      files.add(ca);
    }
    return files.stream().distinct().toList();
  }

  /** Looks whether the files changed; to be called now and then, by one thread. */
  public void look() {
    certificates.look();
  }

  /** Whose TLS it is. */
  public TlsProvider provider() {
    return provider;
  }

  /** Hears of handshakes that fail. */
  public TlsListener listener() {
    return listener;
  }

  /**
   * Begins one connection.
   *
   * @param limit until the handshake is complete
   */
  public ServerHandshake begin(Duration limit) {
    return new ServerHandshake(certificates.current(), settings.byName(), limit);
  }

  /** Frees what contexts hold outside the heap; connections that run go on. */
  @Override
  public void close() {
    certificates.close();
  }
}
