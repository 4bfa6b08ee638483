package dev.bearward.proxy;

/** What the outside may hear of upstream connections. Called on event loops, so never blocks. */
public interface ProxyListener {
  /** Hears nothing. */
  ProxyListener NONE = new ProxyListener() {};

  /** A connection was made. */
  default void connectionOpened(String upstream) {}

  /** A connection that was made is gone. */
  default void connectionClosed(String upstream) {}

  /** An exchange took a connection that had served another one. */
  default void connectionReused(String upstream) {}

  /** A final response head came, so many nanoseconds after the request head was written. */
  default void responseHead(String upstream, long nanos) {}

  /** An exchange has to wait for a connection; {@code pending} counts it too. */
  default void connectionAwaited(String upstream, int pending) {}
}
