package dev.bearward.server;

import static java.util.Objects.requireNonNull;

import dev.bearward.access.Denial;
import dev.bearward.http.Header;
import dev.bearward.http.Reason;
import dev.bearward.http.WebSocketHandshake;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Turns a denial into a response: status, challenge, problem document (RFC 9457). The problem's
 * type is {@code https://bearward.dev/errors#} and the reason, and never changes; nothing in the
 * response tells of tokens, keys or the inside of the gateway.
 */
final class RefusalWriter {
  private static final String TYPE = "https://bearward.dev/errors#";
  private static final byte[] COMMON =
      HeadEncoder.ascii("content-type: application/problem+json\r\ncache-control: no-store\r\n");
  private static final byte[] EMPTY_ALLOW = HeadEncoder.ascii("allow:\r\n");

  /** RFC 6455 section 4.2.2; a 426 names what to upgrade to (RFC 9110 section 15.5.22). */
  private static final byte[] VERSIONS =
      HeadEncoder.ascii(
          "sec-websocket-version: 13\r\nupgrade: websocket\r\nconnection: upgrade\r\n");

  private static final byte[] END = HeadEncoder.ascii("\"}\n");
  private static final Map<Reason, byte[]> PROBLEMS = problems();

  private RefusalWriter() {}

  private static Map<Reason, byte[]> problems() {
    var problems = new EnumMap<Reason, byte[]>(Reason.class);
    for (Reason reason : Reason.values()) {
      problems.put(reason, HeadEncoder.ascii(problem(reason)));
    }
    return problems;
  }

  private static byte[] problemOf(Denial denial) {
    return requireNonNull(PROBLEMS.get(denial.reason()));
  }

  /** Titles, details and labels are printable ASCII without quote and backslash. */
  private static String problem(Reason reason) {
    return "{\"type\":\"%s%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\",\"reason\":\"%s\","
            .formatted(
                TYPE,
                reason.label(),
                reason.title(),
                reason.status(),
                reason.detail(),
                reason.label())
        + "\"requestId\":\"";
  }

  /**
   * Writes the refusal's fields up to the framing, which follows from {@link #bodyLength}.
   *
   * @return the encoder, for the rest of the head
   */
  static HeadEncoder head(HeadEncoder out, Denial denial) {
    Reason reason = denial.reason();
    out.begin(reason.status(), reason.title()).raw(COMMON);
    String challenge = denial.challenge();
    if (challenge != null) {
      out.field(HttpHeaderNames.WWW_AUTHENTICATE, challenge);
    }
    Duration retryAfter = denial.retryAfter();
    if (retryAfter != null) {
      out.field(HttpHeaderNames.RETRY_AFTER, Long.toString(seconds(retryAfter)));
    }
    out.fields(denial.headers());
    if (reason == Reason.WEBSOCKET_VERSION) {
      out.raw(VERSIONS);
    }
    if (reason == Reason.METHOD_NOT_ALLOWED && !allows(denial.headers())) {
      // RFC 9110 section 15.5.6 wants an Allow field; CONNECT is refused before any route.
      out.raw(EMPTY_ALLOW);
    }
    return out;
  }

  /** The same fields for a version of HTTP that does not send them as lines; none is of a hop. */
  static void fields(Denial denial, BiConsumer<CharSequence, CharSequence> out) {
    Reason reason = denial.reason();
    out.accept(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    String challenge = denial.challenge();
    if (challenge != null) {
      out.accept(HttpHeaderNames.WWW_AUTHENTICATE, challenge);
    }
    Duration retryAfter = denial.retryAfter();
    if (retryAfter != null) {
      out.accept(HttpHeaderNames.RETRY_AFTER, Long.toString(seconds(retryAfter)));
    }
    for (Header header : denial.headers()) {
      out.accept(header.name(), header.value());
    }
    if (reason == Reason.WEBSOCKET_VERSION) {
      out.accept(HttpHeaderNames.SEC_WEBSOCKET_VERSION, WebSocketHandshake.VERSION);
    }
    if (reason == Reason.METHOD_NOT_ALLOWED && !allows(denial.headers())) {
      out.accept(HttpHeaderNames.ALLOW, "");
    }
  }

  private static boolean allows(List<Header> headers) {
    return headers.stream().anyMatch(header -> header.name().equalsIgnoreCase("Allow"));
  }

  private static long seconds(Duration duration) {
    return Math.max(1, duration.plusMillis(999).toSeconds());
  }

  /** Bytes of the problem document; the id is plain ASCII without quote and backslash. */
  static int bodyLength(Denial denial, String requestId) {
    return problemOf(denial).length + requestId.length() + END.length;
  }

  /** Writes the problem document. */
  static void body(HeadEncoder out, Denial denial, String requestId) {
    out.raw(problemOf(denial)).text(requestId).raw(END);
  }
}
