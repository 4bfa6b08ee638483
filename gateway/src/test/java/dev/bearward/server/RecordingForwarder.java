package dev.bearward.server;

import dev.bearward.access.Permit;
import dev.bearward.http.RequestHead;
import dev.bearward.proxy.Forwarder;
import dev.bearward.proxy.RequestBody;
import dev.bearward.proxy.RequestSink;
import dev.bearward.proxy.ResponseSink;
import dev.bearward.proxy.TunnelSink;
import dev.bearward.testing.Eventually;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Stands for the upstream: records what is forwarded and answers by script, on the same loop. */
final class RecordingForwarder implements Forwarder {
  /** One forwarded exchange. */
  static final class Received implements RequestSink {
    final RequestHead head;
    final RequestBody framing;
    final ResponseSink response;
    final EventLoop loop;
    final AtomicLong bytes = new AtomicLong();
    final AtomicLong parts = new AtomicLong();
    private final StringBuilder text = new StringBuilder();
    private final Consumer<Received> whenComplete;
    volatile boolean complete;
    volatile boolean cancelled;
    volatile boolean wants = true;
    volatile boolean multiplexed;
    volatile @Nullable HttpHeaders trailers;
    volatile Runnable whenWritable = () -> {};

    Received(
        RequestHead head,
        RequestBody framing,
        ResponseSink response,
        EventLoop loop,
        Consumer<Received> whenComplete) {
      this.head = head;
      this.framing = framing;
      this.response = response;
      this.loop = loop;
      this.whenComplete = whenComplete;
    }

    @Override
    public void body(ByteBuf part) {
      bytes.addAndGet(part.readableBytes());
      parts.incrementAndGet();
      synchronized (text) {
        if (text.length() < 100_000) {
          text.append(part.toString(StandardCharsets.ISO_8859_1));
        }
      }
      part.release();
    }

    @Override
    public void end(HttpHeaders fields) {
      trailers = fields;
      completed();
    }

    private void completed() {
      complete = true;
      whenComplete.accept(this);
    }

    @Override
    public boolean wantsBody() {
      return wants;
    }

    @Override
    public boolean isMultiplexed() {
      return multiplexed;
    }

    @Override
    public void clientWritable() {
      whenWritable.run();
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    String body() {
      synchronized (text) {
        return text.toString();
      }
    }

    /** Answers with a small whole response. */
    void answer(int status, String body, String... fields) {
      var headers = new DefaultHttpHeaders();
      for (int i = 0; i < fields.length; i += 2) {
        headers.add(fields[i], fields[i + 1]);
      }
      response.head(status, status == 200 ? "OK" : "", headers, body.length());
      part(body);
      response.end(EmptyHttpHeaders.INSTANCE);
    }

    void part(String body) {
      response.body(ByteBufUtil.writeAscii(ByteBufAllocator.DEFAULT, body));
    }

    /** Runs on the exchange's loop. */
    void run(Runnable step) {
      loop.execute(step);
    }
  }

  final List<Received> received = new CopyOnWriteArrayList<>();
  private final Consumer<Received> whenBegun;
  private final Consumer<Received> whenComplete;

  private RecordingForwarder(Consumer<Received> whenBegun, Consumer<Received> whenComplete) {
    this.whenBegun = whenBegun;
    this.whenComplete = whenComplete;
  }

  /** Answers 200 when the request is complete. */
  static RecordingForwarder ok() {
    return whenComplete(exchange -> exchange.answer(200, "ok"));
  }

  /** Does so when the request is complete. */
  static RecordingForwarder whenComplete(Consumer<Received> step) {
    return new RecordingForwarder(_ -> {}, step);
  }

  /** Does so when the head has come, whatever becomes of the body. */
  static RecordingForwarder whenBegun(Consumer<Received> step) {
    return new RecordingForwarder(step, _ -> {});
  }

  /** Never answers by itself. */
  static RecordingForwarder silent() {
    return whenBegun(_ -> {});
  }

  @Override
  public RequestSink forward(Permit permit, RequestBody body, ResponseSink sink, EventLoop loop) {
    var exchange = new Received(permit.use(), body, sink, loop, whenComplete);
    received.add(exchange);
    loop.execute(() -> {
      whenBegun.accept(exchange);
      if (body.length() == 0) {
        exchange.completed();
      }
    });
    return exchange;
  }

  @Override
  public RequestSink upgrade(Permit permit, ResponseSink sink, TunnelSink tunnels, EventLoop loop) {
    return forward(permit, RequestBody.NONE, sink, loop);
  }

  /** The n-th exchange, counted from 0; waits for it. */
  Received exchange(int n) {
    Eventually.await("exchange " + n, () -> received.size() > n);
    return received.get(n);
  }
}
