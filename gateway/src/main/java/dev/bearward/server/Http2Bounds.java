package dev.bearward.server;

import java.time.Duration;

/** Limits of HTTP/2 connections that are not configured. */
final class Http2Bounds {
  /** Streams that a client may have open at once. */
  static final int MAX_STREAMS = 100;

  /** Bytes of one request body that may come before the upstream takes any. */
  static final int STREAM_WINDOW = 256 * 1024;

  /** The same of all request bodies of a connection. */
  static final int CONNECTION_WINDOW = 1024 * 1024;

  /** Bytes of one response body that wait for the client. */
  static final int MAX_STREAM_UNSENT = 32 * 1024;

  /**
   * Bytes of all response bodies of a connection that wait for the client; beyond it a stream gets
   * more only when it has nothing to send.
   */
  static final int MAX_UNSENT = 512 * 1024;

  /**
   * Bytes of all response bodies of a connection that may stay for longer than {@link #UNREAD}
   * because the client keeps its windows shut.
   */
  static final int MAX_UNREAD = 1024 * 1024;

  /** How long more than that may be there. */
  static final Duration UNREAD = Duration.ofSeconds(5);

  /** CONTINUATION frames of one header section. */
  static final int MAX_CONTINUATIONS = 8;

  /** Answers to PING, SETTINGS and faults that wait for the client. */
  static final int MAX_QUEUED_ANSWERS = 500;

  /** Memory for names and values that repeat, bytes, whatever more a client would allow. */
  static final int MAX_HEADER_TABLE = 4096;

  /** Time between the two GOAWAY frames of an orderly end, for requests that are on their way. */
  static final Duration LAST_REQUESTS = Bounds.LAST_CALL;

  /**
   * Parts up to that size are copied when they have to wait, so that they hold no larger buffer.
   */
  static final int SMALL_PART = 8 * 1024;

  private Http2Bounds() {}
}
