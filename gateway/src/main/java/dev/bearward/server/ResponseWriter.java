package dev.bearward.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Puts one response after the other on the wire, framed by us (rule 107). Heads, chunk framing and
 * small parts gather in one buffer, which leaves when the response ends, when it is full, or when
 * the event loop has done its round; the head before a small body a little later.
 */
final class ResponseWriter {
  /** How the end of a body is told. */
  enum Framing {
    /** There is no body, whatever the head says (HEAD, 204, 304). */
    NONE,
    LENGTH,
    CHUNKED,
    /** For HTTP/1.0: the end of the connection. */
    UNTIL_CLOSE
  }

  /** Largest part that is copied rather than written by itself, bytes. */
  private static final int SMALL_PART = 8 * 1024;

  /** Size at which the gathered bytes are written. */
  private static final int FULL = 16 * 1024;

  private static final int CHUNK_FRAMING = 16;
  private static final int LEAST_BUFFER = 512;
  private static final int SENT = -1;
  private static final byte[] LAST_CHUNK = HeadEncoder.ascii("0\r\n");

  private final Channel channel;
  private final HeadEncoder encoder;
  private final Runnable flushLater = this::flushNow;
  private @Nullable ByteBuf gathered;
  private int headAt = SENT;
  private boolean flushScheduled;
  private boolean closed;
  private Framing framing = Framing.NONE;
  private long declared;
  private long bodyBytes;
  private long written;

  ResponseWriter(Channel channel, HeadEncoder encoder) {
    this.channel = channel;
    this.encoder = encoder;
  }

  /** Sends an interim head at once. */
  void informational() {
    gather(encoder.length());
    flush();
  }

  /** Takes the head that the encoder holds. */
  void head(Framing bodyFraming, long bodyLength) {
    framing = bodyFraming;
    declared = bodyLength;
    bodyBytes = 0;
    boolean room = framing == Framing.LENGTH && bodyLength <= SMALL_PART;
    ByteBuf out = room(encoder.length() + (room ? (int) bodyLength : 0));
    headAt = out.writerIndex();
    encoder.copyTo(out);
    if (!room) {
      flushSoon();
    }
    // A small body is nearly always here already, and its end sends both; else the next tick does.
  }

  /** Takes a whole response that the encoder holds, {@code body} bytes of it behind the head. */
  void whole(int body) {
    framing = Framing.LENGTH;
    declared = body;
    bodyBytes = body;
    gather(encoder.length());
    flush();
  }

  private void gather(int room) {
    encoder.copyTo(room(room));
  }

  /**
   * Takes a part of the body and owns it.
   *
   * @return false when it goes beyond the declared length; then nothing of it was written
   */
  boolean body(ByteBuf part) {
    int size = part.readableBytes();
    if (framing == Framing.NONE || size == 0 || closed) {
      part.release();
      return true;
    }
    if (framing == Framing.LENGTH && bodyBytes + size > declared) {
      part.release();
      return false;
    }
    bodyBytes += size;
    if (framing == Framing.CHUNKED) {
      chunk(part, size);
    } else {
      part(part, size);
    }
    if (framing != Framing.LENGTH || bodyBytes < declared) {
      flushSoon();
    }
    return true;
  }

  private void chunk(ByteBuf part, int size) {
    ByteBuf out = room(CHUNK_FRAMING);
    out.writeCharSequence(Integer.toHexString(size), StandardCharsets.US_ASCII);
    out.writeShort('\r' << 8 | '\n');
    part(part, size);
    room(2).writeShort('\r' << 8 | '\n');
  }

  private void part(ByteBuf part, int size) {
    if (size <= SMALL_PART) {
      room(size).writeBytes(part);
      part.release();
    } else {
      push();
      written += size;
      var _ = channel.write(part, channel.voidPromise());
    }
  }

  /**
   * Ends the response and sends what is left of it.
   *
   * @return false when bytes of the declared length are missing
   */
  boolean end(HttpHeaders trailers) {
    if (framing == Framing.LENGTH && bodyBytes != declared) {
      return false;
    }
    if (framing == Framing.CHUNKED) {
      room(CHUNK_FRAMING).writeBytes(LAST_CHUNK);
      if (!trailers.isEmpty()) {
        trailers(trailers);
      }
      room(2).writeShort('\r' << 8 | '\n');
    }
    flush();
    return true;
  }

  private void trailers(HttpHeaders trailers) {
    encoder.clear().fields(trailers);
    gather(encoder.length());
  }

  /** A buffer with that much room behind what was gathered. */
  private ByteBuf room(int size) {
    ByteBuf buffer = gathered;
    if (buffer != null && buffer.readableBytes() + size > FULL) {
      push();
      buffer = null;
    }
    if (buffer == null) {
      buffer = channel.alloc().directBuffer(Math.max(size, LEAST_BUFFER));
      gathered = buffer;
    }
    return buffer;
  }

  private void push() {
    ByteBuf buffer = gathered;
    if (buffer != null) {
      gathered = null;
      headAt = SENT;
      written += buffer.readableBytes();
      var _ = channel.write(buffer, channel.voidPromise());
    }
  }

  private void flushSoon() {
    if (!flushScheduled) {
      flushScheduled = true;
      channel.eventLoop().execute(flushLater);
    }
  }

  private void flushNow() {
    flushScheduled = false;
    if (!closed) {
      flush();
    }
  }

  /**
   * Takes back a response whose head is still among what was gathered: an upstream that breaks off
   * or sends nonsense right behind its head has the client see a refusal, and not the end of a
   * connection without a word, after which clients send the request again.
   */
  boolean takeBack() {
    if (gathered == null || headAt == SENT) {
      return false;
    }
    gathered.writerIndex(headAt);
    headAt = SENT;
    framing = Framing.NONE;
    return true;
  }

  /** Sends what waits since a while. */
  void tick() {
    if (gathered != null) {
      flush();
    }
  }

  /** Sends what was gathered. */
  void flush() {
    push();
    channel.flush();
  }

  /** Whether bytes of what was sent have not left yet, because the client does not take them. */
  boolean hasUnsent() {
    return Watch.unsent(channel) > 0;
  }

  /** The connection is gone: frees what was gathered. */
  void close() {
    closed = true;
    ByteBuf buffer = gathered;
    if (buffer != null) {
      gathered = null;
      buffer.release();
    }
  }

  /** Bytes written to the connection so far. */
  long written() {
    return written;
  }

  /** Body bytes of the response written so far. */
  long bodyBytes() {
    return bodyBytes;
  }

  /** Whether the end of the connection would pass for the end of the response. */
  boolean endsWithConnection() {
    return framing == Framing.UNTIL_CLOSE;
  }
}
