package dev.bearward.tls;

import java.nio.file.Path;

/** What an operator should know of TLS. Called on event loops too, so never blocks. */
public interface TlsListener {
  /** Hears nothing. */
  TlsListener NONE = new TlsListener() {};

  /** A client's handshake did not succeed. */
  default void clientRefused(String why) {}

  /** A handshake with that server did not succeed. */
  default void serverRefused(String server, String why) {}

  /** Files changed and are in use now; {@code what} tells of them. */
  default void reread(String what) {}

  /** A file that changed is not used, since it does not hold what it should. */
  default void broken(Path file, String why) {}
}
