package dev.bearward.server;

import dev.bearward.http.Reason;
import dev.bearward.proxy.RequestSink;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The half of an exchange that sends: the request body on its way from the client to the upstream.
 * A class of its own, and no object, of which there would be one more for each request.
 */
abstract sealed class Sending permits Exchange {
  private final Upload upload;
  private @Nullable RequestSink sink;

  Sending(Upload upload) {
    this.upload = upload;
  }

  /** Whether the exchange is over, so that nobody wants the body. */
  abstract boolean isOver();

  /** The longest body that may be sent. */
  abstract long mostBody();

  /** Something on the client's side, or in us, went wrong: the upstream is let go. */
  abstract void breakOff(Reason why);

  /** The body goes there. */
  final void sendTo(RequestSink upstream) {
    sink = upstream;
  }

  /** Whether the upstream takes more of the body now. */
  final boolean wantsBody() {
    return !upload.isComplete() && sink != null && sink.wantsBody();
  }

  /** Whether the exchange waits for the client to send more of the body. */
  final boolean awaitsBody() {
    return wantsBody() && upload.isDue();
  }

  /** Takes a part of the body and owns it. */
  final void requestPart(ByteBuf part) {
    upload.came(part.readableBytes());
    RequestSink up = sink;
    if (up == null || isOver()) {
      part.release();
    } else if (upload.bytes() > mostBody()) {
      part.release();
      breakOff(Reason.BODY_TOO_LARGE);
    } else {
      up.body(part);
    }
  }

  /** The body is complete. */
  final void requestEnd(HttpHeaders trailers) {
    if (!upload.isComplete()) {
      upload.end();
      if (sink != null && !isOver()) {
        sink.end(trailers);
      }
    }
  }

  /** What has come of the request body. */
  final Upload upload() {
    return upload;
  }

  /** Whether it shares its upstream connection with others. */
  final boolean isMultiplexed() {
    return sink != null && sink.isMultiplexed();
  }

  /** The client takes bytes again. */
  final void clientWritable() {
    if (sink != null && !isOver()) {
      sink.clientWritable();
    }
  }

  /** The upstream takes nothing any more. */
  final void stopSending() {
    sink = null;
  }

  /** The upstream is let go, if there is one. */
  final void cancelSending() {
    RequestSink up = sink;
    sink = null;
    if (up != null) {
      up.cancel();
    }
  }
}
