package dev.bearward.proxy;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A client's side that records what it is given and fails when the order of the calls or their
 * thread is wrong.
 */
final class RecordedResponse implements ResponseSink {
  private static final int KEPT_BYTES = 1 << 20;

  private enum Stage {
    NEW,
    HEAD,
    OVER
  }

  private final EventLoop loop;
  private final StringBuilder body = new StringBuilder();
  private final AtomicLong bodyBytes = new AtomicLong();
  private final AtomicInteger bodyWanted = new AtomicInteger();
  private final List<Integer> interims = new CopyOnWriteArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private volatile Stage stage = Stage.NEW;
  private volatile int status;
  private volatile long length;
  private volatile String phrase = "";
  private volatile @Nullable HttpHeaders headers;
  private volatile @Nullable HttpHeaders trailers;
  private volatile @Nullable Reason failure;
  private volatile boolean writable = true;
  private volatile boolean forwarded;
  private volatile @Nullable Runnable onWantBody;
  private volatile @Nullable Runnable onHead;

  RecordedResponse(EventLoop loop) {
    this.loop = loop;
  }

  /** The forwarder has returned: from now on it may call. */
  void forwarded() {
    forwarded = true;
  }

  void setWritable(boolean now) {
    writable = now;
  }

  void onWantBody(Runnable then) {
    onWantBody = then;
  }

  void onHead(Runnable then) {
    onHead = then;
  }

  @Override
  public void informational(int interim, HttpHeaders interimHeaders) {
    check(stage == Stage.NEW, "informational");
    interims.add(interim);
    headers = interimHeaders;
  }

  @Override
  public void head(int finalStatus, String reasonPhrase, HttpHeaders fields, long bodyLength) {
    check(stage == Stage.NEW, "head");
    stage = Stage.HEAD;
    phrase = reasonPhrase;
    headers = fields;
    length = bodyLength;
    status = finalStatus;
    Runnable then = onHead;
    if (then != null) {
      then.run();
    }
  }

  @Override
  public void body(ByteBuf part) {
    check(stage == Stage.HEAD, "body");
    bodyBytes.addAndGet(part.readableBytes());
    synchronized (body) {
      if (body.length() < KEPT_BYTES) {
        body.append(part.toString(StandardCharsets.ISO_8859_1));
      }
    }
    part.release();
  }

  @Override
  public void end(HttpHeaders fields) {
    check(stage == Stage.HEAD, "end");
    trailers = fields;
    stage = Stage.OVER;
  }

  @Override
  public void fail(Reason reason) {
    check(stage != Stage.OVER, "fail");
    failure = reason;
    stage = Stage.OVER;
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public void wantBody() {
    check(stage != Stage.OVER, "wantBody");
    bodyWanted.incrementAndGet();
    Runnable then = onWantBody;
    if (then != null) {
      then.run();
    }
  }

  private void check(boolean inOrder, String call) {
    if (!inOrder || !forwarded || !loop.inEventLoop()) {
      faults.add(call + " in stage " + stage + ", forwarded " + forwarded);
    }
  }

  /** Waits for the end or the failure. */
  RecordedResponse await() {
    Eventually.await("end of response", () -> stage == Stage.OVER);
    assertSound();
    return this;
  }

  /** Waits for the head. */
  RecordedResponse awaitHead() {
    Eventually.await("response head", () -> status != 0 || stage == Stage.OVER);
    return this;
  }

  void assertSound() {
    if (!faults.isEmpty()) {
      throw new AssertionError("response sink: " + faults);
    }
  }

  boolean isOver() {
    return stage == Stage.OVER;
  }

  int status() {
    return status;
  }

  String phrase() {
    return phrase;
  }

  long length() {
    return length;
  }

  HttpHeaders headers() {
    HttpHeaders now = headers;
    if (now == null) {
      throw new AssertionError("no head, failure " + failure);
    }
    return now;
  }

  HttpHeaders trailers() {
    HttpHeaders now = trailers;
    if (now == null) {
      throw new AssertionError("no end, failure " + failure);
    }
    return now;
  }

  String body() {
    synchronized (body) {
      return body.toString();
    }
  }

  long bodyBytes() {
    return bodyBytes.get();
  }

  List<Integer> interims() {
    return interims;
  }

  int bodyWanted() {
    return bodyWanted.get();
  }

  @Nullable Reason failure() {
    return failure;
  }
}
