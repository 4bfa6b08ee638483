package dev.bearward.proxy;

/** What is spoken with an upstream. */
public enum Protocol {
  /** Over TLS whichever of HTTP/2 and HTTP/1.1 the endpoint chooses (ALPN), else HTTP/1.1. */
  AUTO,
  HTTP1,
  /** Over TLS chosen by ALPN or not at all; otherwise without asking. */
  HTTP2
}
