package dev.bearward.proxy;

/** Where an upstream is reached, as the configuration says it. */
public sealed interface EndpointAddress {
  /** As people read it in logs, metrics and on the admin port. */
  String text();

  /**
   * A TCP port.
   *
   * @param host name or address, the latter without brackets
   */
  record Tcp(String host, int port) implements EndpointAddress {
    @Override
    public String text() {
      return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
  }

  /**
   * A Unix-domain socket.
   *
   * @param path absolute
   */
  record Unix(String path) implements EndpointAddress {
    @Override
    public String text() {
      return "unix:" + path;
    }
  }
}
