package dev.bearward.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the admin port: whole requests in, answers out, one at a time. Any doubt about
 * a request ends the connection.
 */
final class AdminConnection extends SimpleChannelInboundHandler<HttpObject> {
  /** Bytes of a request body. */
  static final int MAX_BODY = 4 * 1024;

  private static final Answer LATE = Answer.problem(504, "the answer took too long");

  /** IMF-fixdate (RFC 9110 section 5.6.7). */
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private static final Logger LOG = LoggerFactory.getLogger(AdminConnection.class);

  /** What the connection is doing. */
  private enum State {
    /** The next request is not complete yet. */
    READING,
    /** A request is complete and its answer is on the way. */
    ANSWERING,
    /** The last answer was given; whatever comes is thrown away. */
    ENDING
  }

  private final Door door;
  private final Endpoints endpoints;
  private final Patience patience;
  private final Consumer<Boolean> waits;
  private State state = State.READING;
  private @Nullable HttpRequest request;

  /** Counts requests, so that an answer that comes too late finds its request gone. */
  private int asked;

  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private @Nullable Future<?> deadline;

  /**
   * @param waits is told when the connection begins to wait for a request, and when one is complete
   */
  AdminConnection(Door door, Endpoints endpoints, Patience patience, Consumer<Boolean> waits) {
    this.waits = waits;
    this.door = door;
    this.endpoints = endpoints;
    this.patience = patience;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    awaitRequest(ctx);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    state = State.ENDING;
    cancelDeadline();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
    if (state != State.READING) {
      // Pipelining is not worth its order: what comes early ends the connection after the answer.
      state = State.ENDING;
      return;
    }
    if (part.decoderResult().isFailure()) {
      refuse(ctx, malformed(part.decoderResult()));
      return;
    }
    if (part instanceof HttpRequest head) {
      request = head;
      body.reset();
    }
    if (part instanceof HttpContent content) {
      read(content.content());
    }
    if (body.size() > MAX_BODY) {
      refuse(ctx, Answer.problem(413, "the request body is larger than " + MAX_BODY + " bytes"));
    } else if (part instanceof LastHttpContent && request != null) {
      answer(ctx, request);
    }
  }

  /** Keeps one byte more than a body may have, which tells one that is too large. */
  private void read(ByteBuf content) {
    int kept = Math.min(content.readableBytes(), MAX_BODY + 1 - body.size());
    body.writeBytes(ByteBufUtil.getBytes(content, content.readerIndex(), kept));
  }

  private static Answer malformed(DecoderResult result) {
    return switch (result.cause()) {
      case TooLongHttpLineException _ -> Answer.problem(414, "the request line is too long");
      case TooLongHttpHeaderException _ -> Answer.problem(431, "the header is too large");
      case null, default -> Answer.problem(400, "the request is not well-formed HTTP");
    };
  }

  private void answer(ChannelHandlerContext ctx, HttpRequest request) {
    state = State.ANSWERING;
    cancelDeadline();
    waits.accept(false);
    switch (door.check(request)) {
      case Door.Refused(Answer answer) -> write(ctx, request, answer);
      case Door.Passed(Endpoint endpoint) -> ask(ctx, request, endpoint);
    }
  }

  private void ask(ChannelHandlerContext ctx, HttpRequest request, Endpoint endpoint) {
    int number = asked;
    deadline =
        ctx.executor()
            .schedule(
                () -> writeOnce(ctx, number, request, LATE),
                patience.answer().toMillis(),
                TimeUnit.MILLISECONDS);
    try {
      endpoints
          .answer(endpoint, request.headers().get(HttpHeaderNames.ACCEPT), body.toByteArray())
          .whenCompleteAsync(
              (answer, failure) ->
                  writeOnce(
                      ctx, number, request, failure == null ? answer : failed(endpoint, failure)),
              task -> run(ctx, task));
    } catch (RuntimeException e) {
      writeOnce(ctx, number, request, failed(endpoint, e));
    }
  }

  private static void run(ChannelHandlerContext ctx, Runnable task) {
    if (ctx.executor().inEventLoop()) {
      task.run();
    } else {
      ctx.executor().execute(task);
    }
  }

  private static Answer failed(Endpoint endpoint, Throwable failure) {
    LOG.error("admin: {} failed", endpoint, failure);
    return Answer.problem(500, "the gateway failed to answer; its log says why");
  }

  private void refuse(ChannelHandlerContext ctx, Answer answer) {
    cancelDeadline();
    state = State.ENDING;
    send(ctx, answer, false, true);
  }

  /** Sends the first answer to a request; what comes after a time-out is thrown away. */
  private void writeOnce(ChannelHandlerContext ctx, int number, HttpRequest asker, Answer answer) {
    if (number == asked) {
      write(ctx, asker, answer);
    }
  }

  private void write(ChannelHandlerContext ctx, HttpRequest asker, Answer answer) {
    asked++;
    request = null;
    cancelDeadline();
    boolean close = state == State.ENDING || !HttpUtil.isKeepAlive(asker);
    state = close ? State.ENDING : State.READING;
    send(ctx, answer, asker.method().equals(HttpMethod.HEAD), close);
    if (!close) {
      awaitRequest(ctx);
    }
  }

  private static void send(
      ChannelHandlerContext ctx, Answer answer, boolean headOnly, boolean close) {
    ByteBuf body = ByteBufUtil.writeUtf8(ctx.alloc(), answer.body());
    int length = body.readableBytes();
    if (headOnly) {
      body.release();
      body = Unpooled.EMPTY_BUFFER;
    }
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), body);
    answer.headers().forEach(header -> response.headers().set(header.name(), header.value()));
    response
        .headers()
        .set(HttpHeaderNames.DATE, DATE.format(Instant.now()))
        .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
        .set(HttpHeaderNames.CONTENT_LENGTH, length)
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
        .set("X-Content-Type-Options", "nosniff");
    if (close) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    var written = ctx.writeAndFlush(response);
    if (close) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void awaitRequest(ChannelHandlerContext ctx) {
    cancelDeadline();
    waits.accept(true);
    deadline =
        ctx.executor()
            .schedule(() -> hangUp(ctx), patience.request().toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void hangUp(ChannelHandlerContext ctx) {
    var _ = ctx.close();
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOG.warn("admin: connection failed", cause);
    }
    hangUp(ctx);
  }
}
