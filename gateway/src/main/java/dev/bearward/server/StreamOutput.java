package dev.bearward.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Puts one response on its stream. Head and last part are held until the next step or the end of
 * the event loop's turn, so that the last of them can end the stream. Bytes that the client's
 * windows hold back are counted, and only so many are taken.
 */
final class StreamOutput {
  private final Http2Codec codec;
  private final UnsentBytes unsent;
  private final int stream;
  private final Runnable whenWritable;
  private final UnsentMemory.Unread unread;
  private final Pace pace;
  private @Nullable Http2Headers head;
  private @Nullable ByteBuf part;
  private long declared = -1;
  private long bodyBytes;
  private long sent;
  private int pending;
  private @Nullable Runnable whenSent;
  private UnsentMemory.@Nullable Share share;
  private long still;
  private long seen;
  private boolean full;
  private boolean bodiless;
  private boolean queued;
  private boolean ended;
  private boolean sentAll;
  private boolean closed;

  /**
   * @param idle longest time in which the client takes nothing, and its allowance beyond the rate
   * @param whenWritable runs when there is room again
   * @param unread cuts the response off
   */
  StreamOutput(
      Http2Codec codec,
      UnsentBytes unsent,
      int stream,
      Duration idle,
      Runnable whenWritable,
      UnsentMemory.Unread unread) {
    this.unread = unread;
    this.codec = codec;
    this.unsent = unsent;
    this.stream = stream;
    this.whenWritable = whenWritable;
    this.pace = new Pace(idle);
  }

  /** Sends an interim head. */
  void interim(Http2Headers interim) {
    if (!closed) {
      codec.headers(stream, interim, false);
      queue();
    }
  }

  /**
   * Takes the head.
   *
   * @param length of the body, or -1 when its end will tell
   * @param withoutBody whether none follows, whatever the head says
   */
  void head(Http2Headers headers, long length, boolean withoutBody) {
    head = headers;
    declared = withoutBody ? -1 : length;
    bodiless = withoutBody;
    queue();
  }

  /**
   * Takes a part of the body and owns it.
   *
   * @return false when it goes beyond the declared length
   */
  boolean body(ByteBuf bytes) {
    int size = bytes.readableBytes();
    if (size == 0 || bodiless || closed || ended) {
      bytes.release();
      return true;
    }
    if (declared >= 0 && bodyBytes + size > declared) {
      bytes.release();
      return false;
    }
    bodyBytes += size;
    push();
    part = bytes;
    pending += size;
    unsent.add(size);
    queue();
    return true;
  }

  /**
   * Ends the response.
   *
   * @return false when bytes of the declared length are missing
   */
  boolean end(@Nullable Http2Headers trailers) {
    if (declared >= 0 && bodyBytes != declared) {
      return false;
    }
    if (closed || ended) {
      return true;
    }
    ended = true;
    Http2Headers first = head;
    ByteBuf last = part;
    head = null;
    part = null;
    if (first != null) {
      boolean only = last == null && trailers == null;
      codec.headers(stream, first, only);
      if (only) {
        allSent();
        queue();
        return true;
      }
    }
    if (last != null || trailers == null) {
      write(last == null ? Unpooled.EMPTY_BUFFER : last, trailers == null);
    }
    if (trailers != null) {
      codec.headers(stream, trailers, true);
    }
    if (pending == 0) {
      allSent();
    }
    queue();
    return true;
  }

  /** Runs that once the response has left. */
  void whenSent(Runnable step) {
    if (sentAll) {
      step.run();
    } else {
      whenSent = step;
    }
  }

  private void allSent() {
    sentAll = true;
    Runnable step = whenSent;
    if (step != null && !closed) {
      whenSent = null;
      step.run();
    }
  }

  /** Sends what is held. */
  void push() {
    Http2Headers first = head;
    ByteBuf bytes = part;
    head = null;
    part = null;
    if (first != null) {
      codec.headers(stream, first, false);
    }
    if (bytes != null) {
      write(bytes, false);
    }
  }

  private void write(ByteBuf bytes, boolean last) {
    int size = bytes.readableBytes();
    ChannelPromise written = codec.data(stream, bytes, last);
    if (size > 0) {
      written.addListener(_ -> {
        codec.sent(size);
        written(size);
      });
    }
  }

  private void written(int size) {
    sent += size;
    pending -= size;
    unsent.remove(size);
    if (share != null && size > 0) {
      share.taken(pending);
    }
    if (ended && pending == 0 && !sentAll) {
      allSent();
    }
    if (full && !closed && isWritable()) {
      full = false;
      whenWritable.run();
    }
  }

  /** Bytes of other streams have left. */
  void look() {
    written(0);
  }

  private void queue() {
    if (!queued) {
      queued = true;
      codec.flushSoon(this);
    }
  }

  /** This turn of the event loop is over. */
  void turnOver() {
    queued = false;
    if (!closed && !ended) {
      push();
    }
  }

  /** Whether more of the body may be taken. */
  boolean isWritable() {
    boolean room = pending == 0 || (pending < Http2Bounds.MAX_STREAM_UNSENT && unsent.hasRoom());
    full |= !room;
    if (!room) {
      count();
    }
    return room;
  }

  /** Only what has to wait is counted: most responses leave at once. */
  private void count() {
    if (closed) {
      return;
    }
    UnsentMemory.Share mine = share;
    if (mine == null) {
      mine = unsent.share(unread);
      share = mine;
    }
    mine.set(pending);
  }

  /**
   * Whether the client takes too little of what waits for it, after so many more nanoseconds.
   *
   * @param unhurried whether any byte is enough
   */
  boolean stalls(long passed, boolean unhurried) {
    if (pending == 0) {
      pace.reset(sent); // Who has taken everything owes nothing.
      still = 0;
      return false;
    }
    count();
    still = sent == seen ? still + passed : 0;
    seen = sent;
    return unhurried ? pace.silent(passed, sent) : pace.tooSlow(passed, sent);
  }

  /** How long the client has taken nothing of what waits for it, in nanoseconds. */
  long still() {
    return still;
  }

  /** Bytes that wait for the client. */
  int pending() {
    return pending;
  }

  long bodyBytes() {
    return bodyBytes;
  }

  /** Whether the response is written to its end. */
  boolean hasEnded() {
    return ended;
  }

  /** The stream is closed: frees what is held. */
  void close() {
    closed = true;
    ByteBuf bytes = part;
    if (bytes != null) {
      part = null;
      written(bytes.readableBytes());
      bytes.release();
    }
    if (share != null) {
      share.close();
    }
  }
}
