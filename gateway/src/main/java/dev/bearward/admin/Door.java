package dev.bearward.admin;

import dev.bearward.http.Header;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests reach an endpoint: right host, path and method, the token where one is
 * due, and for changes nothing that a web page of another origin could send.
 */
final class Door {
  /** What the door says. */
  sealed interface Passage {}

  /** The request may have its answer. */
  record Passed(Endpoint endpoint) implements Passage {}

  /** The request gets this answer. */
  record Refused(Answer answer) implements Passage {}

  private static final Header CHALLENGE =
      new Header("WWW-Authenticate", "Bearer realm=\"bearward admin\"");

  private final HostRule hosts;
  private final byte @Nullable [] token;

  Door(HostRule hosts, @Nullable String token) {
    this.hosts = hosts;
    this.token = token == null ? null : token.getBytes(StandardCharsets.UTF_8);
  }

  Passage check(HttpRequest request) {
    Answer refusal = host(request);
    if (refusal != null) {
      return new Refused(refusal);
    }
    Endpoint place = endpoint(request.uri());
    if (place == null) {
      return refused(404, "there is nothing at this path");
    }
    if (!place.methods().contains(request.method().name())) {
      var allow = new Header("Allow", String.join(", ", place.methods()));
      return new Refused(Answer.problem(405, "the path does not take this method", allow));
    }
    Endpoint endpoint = place.by(request.method().name());
    refusal = token(endpoint, request.headers());
    if (refusal == null && endpoint.changes()) {
      refusal = origin(request.headers());
    }
    return refusal == null ? new Passed(endpoint) : new Refused(refusal);
  }

  private @Nullable Answer host(HttpRequest request) {
    List<String> host = request.headers().getAll(HttpHeaderNames.HOST);
    if (host.size() > 1
        || (host.isEmpty() && !request.protocolVersion().equals(HttpVersion.HTTP_1_0))
        || !request.uri().startsWith("/")) {
      return Answer.problem(400, "the request names no host, several, or no path");
    }
    return host.isEmpty() || hosts.allows(host.getFirst())
        ? null
        : Answer.problem(421, "the admin port on loopback answers to loopback names only");
  }

  private static @Nullable Endpoint endpoint(String target) {
    int query = target.indexOf('?');
    return Endpoint.at(query < 0 ? target : target.substring(0, query));
  }

  private @Nullable Answer token(Endpoint endpoint, HttpHeaders headers) {
    byte[] expected = token;
    if (endpoint.open()) {
      return null;
    }
    if (expected == null) {
      return endpoint.changes()
          ? Answer.problem(403, "changes need a token, and the option admin.token is not set")
          : null;
    }
    return matches(expected, headers.getAll(HttpHeaderNames.AUTHORIZATION))
        ? null
        : Answer.problem(401, "the token of the option admin.token is required", CHALLENGE);
  }

  private static boolean matches(byte[] expected, List<String> credentials) {
    if (credentials.size() != 1
        || !credentials.getFirst().regionMatches(true, 0, "Bearer ", 0, 7)) {
      return false;
    }
    String sent = credentials.getFirst().substring(7).strip();
    return MessageDigest.isEqual(expected, sent.getBytes(StandardCharsets.UTF_8));
  }

  /** A browser names the origin of a page that posts; a form cannot send JSON. */
  private static @Nullable Answer origin(HttpHeaders headers) {
    if (headers.contains("Origin") || headers.contains("Sec-Fetch-Site")) {
      return Answer.problem(403, "changes are not taken from web pages");
    }
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
    int parameters = type.indexOf(';');
    String media = (parameters < 0 ? type : type.substring(0, parameters)).strip();
    return media.toLowerCase(Locale.ROOT).equals(Answer.JSON)
        ? null
        : Answer.problem(415, "a change is sent as application/json");
  }

  private static Passage refused(int status, String detail) {
    return new Refused(Answer.problem(status, detail));
  }
}
