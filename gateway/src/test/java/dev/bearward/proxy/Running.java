package dev.bearward.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** An exchange in flight, driven from the test's thread. */
record Running(EventLoop loop, RecordedResponse response, RequestSink request) {
  static Running start(Forwarder forwarder, TestRequest request, EventLoop loop) {
    var response = new RecordedResponse(loop);
    RequestSink sink =
        on(
            loop,
            () -> {
              RequestSink made =
                  forwarder.forward(request.permit(), request.body(), response, loop);
              response.forwarded();
              for (String part : request.parts()) {
                made.body(buffer(part));
              }
              if (request.isEnded()) {
                made.end(request.trailers());
              }
              return made;
            });
    return new Running(loop, response, sink);
  }

  static ByteBuf buffer(String text) {
    return ByteBufUtil.writeAscii(PooledByteBufAllocator.DEFAULT, text);
  }

  void body(String part) {
    run(() -> request.body(buffer(part)));
  }

  void end() {
    end(EmptyHttpHeaders.INSTANCE);
  }

  void end(HttpHeaders trailers) {
    run(() -> request.end(trailers));
  }

  boolean wantsBody() {
    return on(loop, request::wantsBody);
  }

  void cancel() {
    run(request::cancel);
  }

  void clientWritable() {
    run(() -> {
      response.setWritable(true);
      request.clientWritable();
    });
  }

  private void run(Runnable action) {
    on(
        loop,
        () -> {
          action.run();
          return true;
        });
  }

  static <T> T on(EventLoop loop, Callable<T> action) {
    var done = new CompletableFuture<T>();
    loop.execute(() -> {
      try {
        done.complete(action.call());
      } catch (Throwable e) {
        done.completeExceptionally(e);
      }
    });
    return done.join();
  }
}
