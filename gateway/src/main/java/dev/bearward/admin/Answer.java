package dev.bearward.admin;

import dev.bearward.http.Header;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;

/**
 * A response of the admin port, without its framing.
 *
 * @param headers beside content type and what every response carries
 */
record Answer(int status, String contentType, String body, List<Header> headers) {
  static final String JSON = "application/json";
  private static final String PROBLEM = "application/problem+json";

  static Answer json(int status, String body) {
    return new Answer(status, JSON, body, List.of());
  }

  /** A refusal as a problem document (RFC 9457). */
  static Answer problem(int status, String detail, Header... headers) {
    String title = HttpResponseStatus.valueOf(status).reasonPhrase();
    return new Answer(status, PROBLEM, Json.problem(status, title, detail), List.of(headers));
  }
}
