package dev.bearward.server;

import dev.bearward.http.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's request decoder, all its checks on, with three additions: the bytes it took for a head
 * are looked at once more ({@link LineGuard}), whatever is refused becomes one {@link Malformed}
 * after which nothing is read as a request (rule 106), and it can be paused between two messages,
 * so that bytes wait undecoded while the exchange cannot take them.
 */
final class RequestDecoder extends HttpRequestDecoder {
  /** Largest part of a body that is handed on at once, bytes. */
  private static final int MAX_PART = 64 * 1024;

  private static final int LINE_BUFFER = 256;

  /** What framing a chunk may cost for nothing: size, CR LF, CR LF, and some more. */
  private static final int CHUNK_ALLOWANCE = 16;

  private final LineGuard lines;
  private final int maxOverhead;
  private final int maxFields;
  private @Nullable ChannelHandlerContext context;
  private boolean paused;
  private boolean discarding;
  private boolean looping;
  private boolean inBody;
  private long overhead;
  private int headCost;
  private int longestTrailer;

  RequestDecoder(ServerSettings.Limits limits) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.requestLine())
            .setMaxHeaderSize(limits.headers())
            .setMaxChunkSize(MAX_PART)
            .setInitialBufferSize(LINE_BUFFER)
            .setHeadersFactory(DefaultHttpHeadersFactory.headersFactory())
            .setTrailersFactory(DefaultHttpHeadersFactory.trailersFactory())
            .setAllowDuplicateContentLengths(false)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true));
    lines = new LineGuard(limits.headerCount());
    maxOverhead = limits.headers();
    maxFields = limits.headerCount();
  }

  /** Stops before the next message. */
  void pause() {
    paused = true;
  }

  /** Goes on, first with the bytes that wait. */
  void resume() {
    paused = false;
    if (!looping && context != null && actualReadableBytes() > 0) {
      try {
        channelRead(context, Unpooled.EMPTY_BUFFER);
      } catch (Exception e) {
        context.fireExceptionCaught(e);
      }
    }
  }

  /** From now on all bytes are thrown away. */
  void discard() {
    discarding = true;
    resume();
  }

  /** Whether a part of a head is here. */
  boolean headBegun() {
    return !inBody && (lines.begun() || actualReadableBytes() > 0);
  }

  /** Bytes that wait undecoded. */
  int waiting() {
    return actualReadableBytes();
  }

  /** Memory of the head last completed, about, in bytes. */
  int headCost() {
    return headCost;
  }

  /** Memory of what is incomplete or waits, about, in bytes. */
  int pendingCost() {
    // What counts is the whole buffer, even where a single byte of it is left.
    return lines.cost() + (actualReadableBytes() > 0 ? internalBuffer().capacity() : 0);
  }

  /**
   * Memory that Netty's decoder keeps for good because of the longest line it met, in bytes; none
   * while the line buffer it began with is enough.
   */
  int keptCost() {
    int longest = Math.max(lines.longest(), longestTrailer);
    return longest <= LINE_BUFFER ? 0 : Integer.highestOneBit(longest - 1) << 1;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  protected void callDecode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    looping = true;
    try {
      super.callDecode(ctx, in, out);
    } finally {
      looping = false;
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (discarding) {
      in.skipBytes(in.readableBytes());
    } else if (!paused) {
      int from = in.readerIndex();
      super.decode(ctx, in, out);
      Reason fault =
          inBody
              ? bodyFault(in, from, in.readerIndex(), out)
              : headFault(in, from, in.readerIndex(), out);
      if (fault != null) {
        refuse(fault, in, out);
      }
    }
  }

  private @Nullable Reason headFault(ByteBuf in, int from, int to, List<Object> out) {
    if (!out.isEmpty() && out.get(0) instanceof HttpMessage head) {
      DecoderResult result = head.decoderResult();
      if (result.isFailure()) {
        return headFailure(result.cause(), head);
      }
      Reason fault = lines.look(in, from, to);
      headCost = lines.cost();
      lines.reset();
      inBody = out.size() == 1;
      overhead = 0;
      return fault;
    }
    return lines.look(in, from, to);
  }

  private static Reason headFailure(Throwable cause, HttpMessage head) {
    return switch (cause) {
      case TooLongHttpLineException _ -> Reason.URI_TOO_LONG;
      case TooLongHttpHeaderException _ -> Reason.HEADER_TOO_LARGE;
      default ->
          TransferCodings.unknown(head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING))
              ? Reason.UNSUPPORTED_TRANSFER_CODING
              : Reason.BAD_REQUEST;
    };
  }

  private @Nullable Reason bodyFault(ByteBuf in, int from, int to, List<Object> out) {
    int content = 0;
    for (int i = 0; i < out.size(); i++) {
      Object message = out.get(i);
      DecoderResult result = ((HttpObject) message).decoderResult();
      if (result.isFailure()) {
        return result.cause() instanceof TooLongHttpHeaderException
            ? Reason.HEADER_TOO_LARGE
            : Reason.BAD_REQUEST;
      }
      content += ((HttpContent) message).content().readableBytes();
      if (message instanceof LastHttpContent last) {
        inBody = false;
        if (!FieldNames.allSound(last.trailingHeaders())) {
          return Reason.BAD_REQUEST;
        }
        if (last.trailingHeaders().size() > maxFields) {
          return Reason.HEADER_TOO_LARGE;
        }
      }
    }
    if (content == 0) {
      longestTrailer = Math.max(longestTrailer, to - from);
      if (LineGuard.folded(in, from, to)) {
        return Reason.BAD_REQUEST;
      }
    }
    overhead = Math.max(0, overhead + (to - from) - content - CHUNK_ALLOWANCE);
    return overhead > maxOverhead ? Reason.BAD_REQUEST : null;
  }

  private void refuse(Reason reason, ByteBuf in, List<Object> out) {
    discarding = true;
    for (int i = 0; i < out.size(); i++) {
      ReferenceCountUtil.release(out.get(i));
    }
    out.clear();
    in.skipBytes(in.readableBytes());
    out.add(new Malformed(reason));
  }

  /** The connection is gone: what is incomplete stays so. */
  @Override
  protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {}

  /** Whether to read on is the connection's decision alone. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    discardSomeReadBytes();
    ctx.fireChannelReadComplete();
  }
}
