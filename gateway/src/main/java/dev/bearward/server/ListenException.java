package dev.bearward.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.FileSystemException;

/** An address cannot be listened on; the message names it. */
public final class ListenException extends IOException {
  private static final long serialVersionUID = 1L;

  ListenException(InetSocketAddress address, Throwable cause) {
    super(
        "listen: "
            + text(address)
            + ": "
            + cause.getMessage()
            + " (expected: an address of this machine and a free port)",
        cause);
  }

  ListenException(UnixDomainSocketAddress address, Throwable cause) {
    super(
        "listen: unix:"
            + address.getPath()
            + ": "
            + why(cause)
            + " (expected: a folder that can be written to, in it at most the socket of a process that"
            + " is gone)",
        cause);
  }

  private static String why(Throwable cause) {
    return cause instanceof FileSystemException file && file.getReason() != null
        ? file.getReason()
        : String.valueOf(cause.getMessage());
  }

  private static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }
}
