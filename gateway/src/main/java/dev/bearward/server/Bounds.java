package dev.bearward.server;

import java.time.Duration;

/** Limits that are not configured. */
final class Bounds {
  /** Connections that the kernel completes before we accept them. */
  static final int BACKLOG = 1024;

  /**
   * Bytes the kernel holds unsent. With little in it, bytes move whenever the client takes some,
   * and a slow client can be told from one that takes nothing.
   */
  static final long MAX_UNSENT_BYTES = 128 * 1024;

  /** Below that many bytes undecoded, reading goes on: it tells when the client leaves. */
  static final int MAX_WAITING_BYTES = 16 * 1024;

  /** Memory for lines, bytes, that a connection may keep between requests for a second. */
  static final int MAX_KEPT_LINE = 2 * 1024;

  /** How long a connection keeps it. */
  static final Duration LINE_KEPT = Duration.ofSeconds(1);

  /** Most bytes of an unwanted request body that are thrown away to keep the connection. */
  static final int MAX_DRAINED_BYTES = 64 * 1024;

  /** Longest time that is spent on that. */
  static final Duration MAX_DRAIN_TIME = Duration.ofSeconds(1);

  /** How long a client may go on sending into a connection that we have shut. */
  static final Duration LINGER = Duration.ofSeconds(2);

  /** How long, while the server shuts down, a kept connection may still bring a request. */
  static final Duration LAST_CALL = Duration.ofSeconds(1);

  /** Most bytes of a PROXY header's type-length-values, which nobody looks at. */
  static final int MAX_PROXY_EXTRAS = 4 * 1024;

  private Bounds() {}
}
