package dev.bearward.proxy;

import dev.bearward.access.IdentityNames;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request on its way to whatever carries it: checked against what its head
 * announced, and kept for as long as there is no carrier. Knows how long its upstream may take.
 * Event loop only.
 */
final class RequestWriter {
  private final RequestBody framing;
  private final IdentityNames identityNames;
  private final long responseNanos;
  private @Nullable Carrier carrier;
  private @Nullable Deque<ByteBuf> parked;
  private @Nullable HttpHeaders parkedTrailers;
  private long taken;
  private boolean expectsContinue;
  private boolean complete;

  /**
   * @param response longest wait for a response head
   */
  RequestWriter(RequestBody framing, IdentityNames identityNames, Duration response) {
    this.framing = framing;
    this.identityNames = identityNames;
    this.responseNanos = response.toNanos();
    this.complete = framing.length() == 0;
  }

  /**
   * The head was sent there: sends what of the body was given before.
   *
   * @param expects whether the client waits for a 100
   */
  void start(Carrier to, boolean expects) {
    carrier = to;
    expectsContinue = expects && !complete;
    Deque<ByteBuf> parts = parked;
    if (parts != null) {
      parked = null;
      parts.forEach(to::part);
    }
    HttpHeaders trailers = parkedTrailers;
    if (trailers != null && !complete) {
      finish(to, trailers);
    }
  }

  /**
   * Takes a part of the body.
   *
   * @return false when it is more than was announced; the part is released then
   */
  boolean body(ByteBuf part) {
    int size = part.readableBytes();
    if (complete || (framing.length() >= 0 && size > framing.length() - taken)) {
      part.release();
      return size == 0;
    }
    taken += size;
    expectsContinue = false;
    Carrier to = carrier;
    if (size == 0) {
      part.release();
    } else if (to == null) {
      park(part);
    } else {
      to.part(part);
    }
    return true;
  }

  private void park(ByteBuf part) {
    Deque<ByteBuf> parts = parked;
    if (parts == null) {
      parts = new ArrayDeque<>();
      parked = parts;
    }
    parts.add(part);
  }

  /**
   * The body is complete.
   *
   * @return false when it is less than was announced
   */
  boolean end(HttpHeaders trailers) {
    if (complete) {
      return true;
    }
    if (framing.length() >= 0 && taken != framing.length()) {
      return false;
    }
    Carrier to = carrier;
    if (to == null) {
      parkedTrailers = trailers;
    } else {
      finish(to, trailers);
    }
    return true;
  }

  private void finish(Carrier to, HttpHeaders trailers) {
    to.end(trailers, identityNames);
    complete = true;
  }

  /** A 100 came: whether the client waits for it. */
  boolean takeContinue() {
    boolean waits = expectsContinue;
    expectsContinue = false;
    return waits;
  }

  /**
   * The response is awaited from the end of the request on, or from its head when the client waits
   * for a 100. In between, only an upstream that does not take the body is at fault.
   *
   * @param idle how long it may take nothing of it
   */
  void watch(Duration idle) {
    Carrier to = carrier;
    if (to == null) {
      return;
    }
    if (complete || expectsContinue) {
      to.deadline().in(responseNanos);
    } else if (to.isWritable()) {
      to.deadline().none();
    } else {
      to.deadline().in(idle.toNanos());
    }
  }

  /** Whether the upstream takes more of the body now. */
  boolean wantsMore() {
    Carrier to = carrier;
    return !complete && to != null && to.isWritable();
  }

  /** Whether head and body were handed to the connection completely. */
  boolean isComplete() {
    return complete;
  }

  /** Whether nothing of a body was taken, so that the request can be sent once more. */
  boolean isRepeatable() {
    return taken == 0 && (framing.length() == 0 || !complete);
  }

  /** Forgets the carrier, to be started again on another one. */
  void rewind() {
    carrier = null;
  }

  /** Frees all that was not sent; nothing is sent any more. */
  void discard() {
    complete = true;
    Deque<ByteBuf> parts = parked;
    if (parts != null) {
      parked = null;
      parts.forEach(ByteBuf::release);
    }
  }
}
