package dev.bearward.outbound;

import java.net.URI;
import java.net.http.HttpHeaders;

/** What a call came to. */
public sealed interface Reply {
  /** A complete response with any status but a redirect. */
  final class Response implements Reply {
    private final URI uri;
    private final int status;
    private final HttpHeaders headers;
    private final byte[] body;

    Response(URI uri, int status, HttpHeaders headers, byte[] body) {
      this.uri = uri;
      this.status = status;
      this.headers = headers;
      this.body = body;
    }

    /** Where it came from, after redirects. */
    public Destination from() {
      return Destination.of(uri);
    }

    /** The status code. */
    public int status() {
      return status;
    }

    /** All header fields. */
    public HttpHeaders headers() {
      return headers;
    }

    /** The body, within the call's limit; not copied, nobody else holds it. */
    public byte[] body() {
      return body;
    }
  }

  /**
   * There is no complete response within the limits.
   *
   * @param reason says where, what and what was expected; holds no secret
   */
  record Failed(String reason) implements Reply {}
}
