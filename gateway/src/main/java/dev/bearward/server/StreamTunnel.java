package dev.bearward.server;

import dev.bearward.proxy.Tunnel;
import dev.bearward.proxy.TunnelEnd;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Error;
import org.jspecify.annotations.Nullable;

/** A tunnel's client that is one stream (RFC 8441 section 5): its DATA are the bytes. */
final class StreamTunnel implements TunnelEnd, StreamBody.Taker {
  private final Http2Session session;
  private final int stream;
  private final StreamOutput output;
  private final StreamBody body;
  private final Tunnel tunnel;
  private final Runnable whenEnded;
  private @Nullable TunnelEnd other;
  private long bytes;
  private boolean ended;
  private boolean gone;

  /**
   * @param whenEnded runs when all was sent to a client that has not ended its side
   */
  StreamTunnel(
      Http2Session session,
      int stream,
      StreamOutput output,
      StreamBody body,
      Tunnel tunnel,
      Runnable whenEnded) {
    this.whenEnded = whenEnded;
    this.session = session;
    this.stream = stream;
    this.output = output;
    this.body = body;
    this.tunnel = tunnel;
  }

  // The stream.

  @Override
  public boolean wants() {
    TunnelEnd to = other;
    return to != null && to.isWritable();
  }

  @Override
  public void take(ByteBuf part) {
    TunnelEnd to = other;
    if (to == null) {
      part.release();
      return;
    }
    bytes += part.readableBytes();
    tunnel.moved();
    to.put(part);
    to.flush();
  }

  @Override
  public void end(HttpHeaders trailers) {
    ended = true;
    tunnel.ended(this);
  }

  /** There is room for more. */
  void writable() {
    tunnel.moved();
    if (other != null) {
      other.readOn();
    }
  }

  /** The stream is closed. */
  void closed(boolean byClient) {
    boolean before = gone;
    gone = true;
    if (byClient && !before) {
      tunnel.broken(this);
    } else {
      tunnel.gone();
    }
  }

  // The tunnel.

  @Override
  public void joins(TunnelEnd otherEnd) {
    other = otherEnd;
  }

  @Override
  public void put(ByteBuf part) {
    output.body(part);
  }

  @Override
  public void flush() {
    // The stream's output flushes by itself.
  }

  @Override
  public boolean isWritable() {
    return !gone && output.isWritable();
  }

  @Override
  public void readOn() {
    body.pump();
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public boolean hasEnded() {
    return ended;
  }

  @Override
  public boolean isGone() {
    return gone;
  }

  @Override
  public void endOutput() {
    output.end(null);
  }

  @Override
  public void close() {
    if (!gone) {
      output.end(null);
      body.discard();
      if (!body.isComplete()) {
        output.whenSent(whenEnded);
      }
    }
  }

  @Override
  public void closeNow() {
    reset();
  }

  @Override
  public void reset() {
    if (!gone) {
      gone = true;
      session.reset(stream, Http2Error.CANCEL);
    }
  }
}
