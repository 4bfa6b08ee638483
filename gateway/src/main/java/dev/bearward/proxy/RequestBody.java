package dev.bearward.proxy;

/**
 * Framing of the request body, decided by the server's guard from an unambiguous head.
 *
 * @param length exact bytes, 0 for none (see {@code present}), or -1 for chunked
 * @param present whether the client framed a body at all; a POST with length 0 is present
 */
public record RequestBody(long length, boolean present) {
  /** No body and no framing. */
  public static final RequestBody NONE = new RequestBody(0, false);
}
