package dev.bearward.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A response body without a natural end, which its token may end: only where a reader loses nothing
 * that was begun, and can tell that it is an end. Event loop only.
 */
final class LastingBody {
  private static final String EVENTS = "text/event-stream";
  private static final String GRPC = "application/grpc";
  private static final String UNAUTHENTICATED = "16";

  private final Lasting kind;
  private final @Nullable Boundaries boundaries;
  private boolean due;

  private LastingBody(Lasting kind, @Nullable Boundaries boundaries) {
    this.kind = kind;
    this.boundaries = boundaries;
  }

  /** What the head announces, or null for any other body. */
  static @Nullable LastingBody of(HttpHeaders head) {
    String type = head.get(HttpHeaderNames.CONTENT_TYPE);
    if (type == null) {
      return null;
    }
    if (is(type, EVENTS)) {
      boolean readable = !head.contains(HttpHeaderNames.CONTENT_ENCODING);
      return new LastingBody(Lasting.EVENT_STREAM, readable ? new EventBoundaries() : null);
    }
    return is(type, GRPC) ? new LastingBody(Lasting.GRPC, new MessageBoundaries()) : null;
  }

  /** Whether it is that type, with or without a parameter or a suffix. */
  private static boolean is(String type, String name) {
    return type.regionMatches(true, 0, name, 0, name.length())
        && (type.length() == name.length() || ";+ \t".indexOf(type.charAt(name.length())) >= 0);
  }

  Lasting kind() {
    return kind;
  }

  /** The token came to its end. */
  void expire() {
    due = true;
  }

  /** Whether it can be ended right here. */
  boolean endsHere() {
    return due && boundaries != null && boundaries.here();
  }

  /** Whether there will never be a place to end it; its bytes are encoded, say. */
  boolean isOpaque() {
    return boundaries == null;
  }

  /** Takes note of a part of the body, and where it has to end, shortens it to that. */
  void follow(ByteBuf part) {
    if (boundaries != null) {
      int kept = boundaries.follow(part, due);
      if (endsHere()) {
        part.writerIndex(part.readerIndex() + kept);
      }
    }
  }

  /** What is said at the end. */
  HttpHeaders trailers() {
    return switch (kind) {
      case GRPC ->
          new DefaultHttpHeaders()
              .set("grpc-status", UNAUTHENTICATED)
              .set("grpc-message", "token expired");
      case EVENT_STREAM, WEBSOCKET -> EmptyHttpHeaders.INSTANCE;
    };
  }
}
