package dev.bearward.server;

import java.io.IOException;
import java.net.InetSocketAddress;

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

  private static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }
}
