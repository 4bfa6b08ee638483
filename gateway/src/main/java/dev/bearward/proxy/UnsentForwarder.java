package dev.bearward.proxy;

import dev.bearward.access.Permit;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes the head that would go upstream over HTTP/1.1, keeps it, and sends nothing: no upstream
 * ever answers. One request.
 */
public final class UnsentForwarder implements Forwarder {
  private final RequestHeadWriter heads;
  private @Nullable Permit permit;
  private @Nullable String head;

  /**
   * @param requestIdHeader field that carries the request's id upstream
   */
  public UnsentForwarder(String requestIdHeader) {
    this.heads = new RequestHeadWriter(new RequestFields(requestIdHeader), requestIdHeader);
  }

  /** The permit of the request, or null when nothing was to be forwarded. */
  public @Nullable Permit permit() {
    return permit;
  }

  /** The head as it would be sent, one character a byte, or null when there is none to send. */
  public @Nullable String head() {
    return head;
  }

  @Override
  public RequestSink forward(
      Permit permitted, RequestBody body, ResponseSink sink, EventLoop loop) {
    RequestHead onward = permitted.use();
    permit = permitted;
    if (MaxForwards.exhausted(onward)) {
      var answer = new LocalAnswer(permitted.route(), sink);
      loop.execute(answer::give);
      return answer;
    }
    return written(permitted, onward, body, sink, loop, false);
  }

  @Override
  public RequestSink upgrade(
      Permit permitted, ResponseSink sink, TunnelSink tunnels, EventLoop loop) {
    permit = permitted;
    return written(permitted, permitted.use(), RequestBody.NONE, sink, loop, true);
  }

  private RequestSink written(
      Permit permitted,
      RequestHead onward,
      RequestBody body,
      ResponseSink sink,
      EventLoop loop,
      boolean upgrade) {
    HeadBytes bytes = heads.write(permitted, onward, body, upgrade);
    if (bytes == null) {
      loop.execute(() -> sink.fail(Reason.BAD_REQUEST));
    } else {
      ByteBuf copy = Unpooled.buffer(bytes.length());
      bytes.copyTo(copy);
      head = copy.toString(StandardCharsets.ISO_8859_1);
    }
    return new Nowhere();
  }

  /** The end of the road. */
  static final class Nowhere extends UnreadBody {
    @Override
    public void cancel() {
      // Nothing was begun.
    }
  }
}
