package dev.bearward.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * Netty's response decoder in its strictest configuration, between two guards of our own: {@link
 * HeadGuard} sees the bytes of a head before it, {@link ResponseFraming} the fields after it. It
 * decodes exactly as many final responses as were asked for; whatever else comes is a {@link
 * Fault}.
 *
 * <p>A {@link PlainHead} whose body lies in the buffer too goes past all of that, as one {@link
 * PlainResponse}.
 */
final class ResponseDecoder extends HttpResponseDecoder {
  /** Bytes that are no part of a response that was asked for. */
  enum Fault {
    MALFORMED_HEAD,
    UNEXPECTED_BYTES
  }

  private enum Awaited {
    NOTHING,
    HEAD,
    BODY
  }

  /** A body comes in parts no larger than this. */
  private static final int MAX_PART_BYTES = 64 * 1024;

  private static final ResponseFraming NO_FRAMING =
      new ResponseFraming(ResponseFraming.Kind.INVALID, -1, false);

  private static final ResponseFraming PLAIN_FRAMING =
      new ResponseFraming(ResponseFraming.Kind.LENGTH, -1, true);

  /**
   * A plain response, whole. Whoever gets it owns the body.
   *
   * @param head good until the call that brings it returns
   */
  record PlainResponse(PlainHead head, ByteBuf body) {}

  private final boolean shortcut;
  private final HeadGuard guard = new HeadGuard();
  private final PlainHead plain = new PlainHead();
  private Awaited awaited = Awaited.NOTHING;
  private ResponseFraming framing = NO_FRAMING;
  private boolean toHead;
  private boolean switchable;
  private boolean begun;

  ResponseDecoder() {
    this(true);
  }

  /**
   * Takes whether plain responses may go past Netty's decoder; what the client gets is the same.
   */
  ResponseDecoder(boolean shortcut) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(HeadGuard.MAX_BYTES)
            .setMaxHeaderSize(HeadGuard.MAX_BYTES)
            .setMaxChunkSize(MAX_PART_BYTES)
            .setValidateHeaders(true)
            .setAllowDuplicateContentLengths(false)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true));
    this.shortcut = shortcut;
  }

  /**
   * Awaits one final response, with any number of interim ones before it.
   *
   * @param headRequest whether the request was HEAD
   * @param switching whether it asked to switch protocols: then a 101 is final, and what comes
   *     behind it is left to the handler that takes this one's place
   */
  void await(boolean headRequest, boolean switching) {
    awaited = Awaited.HEAD;
    toHead = headRequest;
    switchable = switching;
    begun = false;
  }

  /** No request was sent after all. */
  void awaitNothing() {
    awaited = Awaited.NOTHING;
  }

  /** Whether any byte came since {@link #await}. */
  boolean begun() {
    return begun;
  }

  /** Whether bytes are left that were not decoded. */
  boolean holdsBytes() {
    return actualReadableBytes() > 0;
  }

  /** Framing of the response whose head was decoded last. */
  ResponseFraming framing() {
    return framing;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    switch (awaited) {
      case NOTHING -> fault(in, out, Fault.UNEXPECTED_BYTES);
      case BODY -> {
        super.decode(ctx, in, out);
        if (!out.isEmpty() && out.getLast() instanceof LastHttpContent) {
          awaited = Awaited.NOTHING;
        }
      }
      case HEAD -> {
        boolean first = !begun;
        begun = true;
        if (!first || !shortcut || toHead || !takePlain(in, out)) {
          scanHead(ctx, in, out);
        }
      }
    }
  }

  private boolean takePlain(ByteBuf in, List<Object> out) {
    if (!plain.read(in) || in.readableBytes() - plain.length() < plain.contentLength()) {
      return false;
    }
    in.skipBytes(plain.length());
    framing = PLAIN_FRAMING;
    awaited = Awaited.NOTHING;
    out.add(new PlainResponse(plain, in.readRetainedSlice(plain.contentLength())));
    return true;
  }

  private void scanHead(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    switch (guard.scan(in)) {
      case INCOMPLETE -> {}
      case INVALID -> fault(in, out, Fault.MALFORMED_HEAD);
      case COMPLETE -> decodeHead(ctx, in, out);
    }
  }

  private void decodeHead(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws Exception {
    super.decode(ctx, in, out);
    boolean ended = out.getLast() instanceof LastHttpContent;
    if (!ended) {
      awaited = Awaited.BODY;
    } else if (interim(out)) {
      out.removeLast();
    } else {
      awaited = Awaited.NOTHING;
    }
  }

  private static boolean interim(List<Object> out) {
    return out.size() > 1
        && out.get(out.size() - 2) instanceof HttpResponse response
        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
  }

  private void fault(ByteBuf in, List<Object> out, Fault fault) {
    awaited = Awaited.NOTHING;
    in.skipBytes(in.readableBytes());
    out.add(fault);
  }

  /**
   * Netty drops whatever stands between name and colon of a response's field, trailers included.
   */
  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    if (line[start + length] != ':') {
      throw new IllegalArgumentException("response: space in a field name");
    }
    return super.splitHeaderName(line, start, length);
  }

  /** Called once per head, when all fields are read and none is changed yet. */
  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    var response = (HttpResponse) message;
    boolean switched =
        switchable && response.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code();
    framing = switched ? ResponseFraming.ofSwitch(response) : ResponseFraming.of(response, toHead);
    return switch (framing.kind()) {
      case NO_BODY, SWITCH -> true;
      case LENGTH, CHUNKED, UNTIL_CLOSE -> false;
      case INVALID -> throw new IllegalArgumentException("response: ambiguous framing");
    };
  }
}
