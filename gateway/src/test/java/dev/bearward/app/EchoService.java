package dev.bearward.app;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A gRPC service of all four kinds, on plain bytes. */
final class EchoService implements BindableService, ServerInterceptor {
  static final MethodDescriptor<byte[], byte[]> ECHO =
      method("Echo", MethodDescriptor.MethodType.UNARY);
  static final MethodDescriptor<byte[], byte[]> REPEAT =
      method("Repeat", MethodDescriptor.MethodType.SERVER_STREAMING);
  static final MethodDescriptor<byte[], byte[]> COUNT =
      method("Count", MethodDescriptor.MethodType.CLIENT_STREAMING);
  static final MethodDescriptor<byte[], byte[]> TALK =
      method("Talk", MethodDescriptor.MethodType.BIDI_STREAMING);
  static final MethodDescriptor<byte[], byte[]> FAIL =
      method("Fail", MethodDescriptor.MethodType.UNARY);
  static final MethodDescriptor<byte[], byte[]> HANG =
      method("Hang", MethodDescriptor.MethodType.UNARY);

  static final Metadata.Key<byte[]> BINARY =
      Metadata.Key.of("what-bin", Metadata.BINARY_BYTE_MARSHALLER);

  /** What {@link #FAIL} says: the special status message of gRPC's interop tests, and more. */
  static final String WHY =
      "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \ud83d\ude08\t\n100 % f\u00fcll";

  /** Messages that {@link #REPEAT} answers with. */
  static final int REPEATS = 200;

  /** What of a stream may lie in buffers along the way. */
  final AtomicInteger sent = new AtomicInteger();

  final CountDownLatch cancelled = new CountDownLatch(1);
  final List<Metadata> metadata = new CopyOnWriteArrayList<>();

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static MethodDescriptor<byte[], byte[]> method(
      String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.newBuilder(new Bytes(), new Bytes())
        .setFullMethodName("test.Echo/" + name)
        .setType(type)
        .build();
  }

  @Override
  public ServerServiceDefinition bindService() {
    ServerServiceDefinition calls =
        ServerServiceDefinition.builder("test.Echo")
            .addMethod(ECHO, ServerCalls.asyncUnaryCall(EchoService::echo))
            .addMethod(REPEAT, ServerCalls.asyncServerStreamingCall(this::repeat))
            .addMethod(COUNT, ServerCalls.asyncClientStreamingCall(EchoService::count))
            .addMethod(TALK, ServerCalls.asyncBidiStreamingCall(EchoService::talk))
            .addMethod(FAIL, ServerCalls.asyncUnaryCall(EchoService::fail))
            .addMethod(HANG, ServerCalls.asyncUnaryCall(this::hang))
            .build();
    return ServerInterceptors.intercept(calls, this);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    metadata.add(headers);
    return next.startCall(call, headers);
  }

  private static void echo(byte[] request, StreamObserver<byte[]> answer) {
    answer.onNext(request);
    answer.onCompleted();
  }

  /** Sends only while the transport takes it. */
  private void repeat(byte[] request, StreamObserver<byte[]> answer) {
    var call = (ServerCallStreamObserver<byte[]>) answer;
    call.setOnReadyHandler(() -> {
      while (call.isReady() && sent.get() < REPEATS) {
        call.onNext(request);
        if (sent.incrementAndGet() == REPEATS) {
          call.onCompleted();
        }
      }
    });
  }

  /** Answers with the number of bytes it got. */
  private static StreamObserver<byte[]> count(StreamObserver<byte[]> answer) {
    return new StreamObserver<>() {
      private long bytes;

      @Override
      public void onNext(byte[] part) {
        bytes += part.length;
      }

      @Override
      public void onError(Throwable cause) {}

      @Override
      public void onCompleted() {
        answer.onNext(Long.toString(bytes).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        answer.onCompleted();
      }
    };
  }

  private static StreamObserver<byte[]> talk(StreamObserver<byte[]> answer) {
    return new StreamObserver<>() {
      @Override
      public void onNext(byte[] part) {
        answer.onNext(part);
      }

      @Override
      public void onError(Throwable cause) {}

      @Override
      public void onCompleted() {
        answer.onCompleted();
      }
    };
  }

  private static void fail(byte[] request, StreamObserver<byte[]> answer) {
    var trailers = new Metadata();
    trailers.put(BINARY, request);
    answer.onError(
        new StatusRuntimeException(Status.RESOURCE_EXHAUSTED.withDescription(WHY), trailers));
  }

  private void hang(byte[] request, StreamObserver<byte[]> answer) {
    ((ServerCallStreamObserver<byte[]>) answer).setOnCancelHandler(cancelled::countDown);
  }
}
