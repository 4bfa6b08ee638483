package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bearward.testing.Eventually;
import dev.bearward.testing.TestIssuer;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The clients and the server of gRPC Java, through the whole gateway (rules 88, 136, 144, 148). */
class GrpcStoryTest {
  private static final int LARGE = 3 * 1024 * 1024;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final TestIssuer issuer = TestIssuer.simple();
  private final EchoService service = new EchoService();
  private Server server;
  private RunningGateway gateway;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(service)
            .maxInboundMessageSize(2 * LARGE)
            .build()
            .start();
    gateway =
        new RunningGateway(
            """
            admin: {listen: "127.0.0.1:0"}
            server: {listen: "127.0.0.1:0"}
            issuers:
              - {name: test, issuer: "%s", audience: "%s", keys: {inline: '%s'}}
            upstreams:
              app: {endpoints: ["http://127.0.0.1:%d"], protocol: http2}
            routes:
              - {path: /test.Echo/**, upstream: app, require: {}, identity: {X-User: sub}}
              - {path: /test.Echo/Fail, upstream: app, require: {scopes: ["fail:loudly"]}}
            """
                .formatted(issuer.issuer(), TestIssuer.AUDIENCE, issuer.jwks(), server.getPort()));
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", gateway.uri("/").getPort())
            .usePlaintext()
            .maxInboundMessageSize(2 * LARGE)
            .build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    gateway.close();
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  private ClientCall<byte[], byte[]> call(
      MethodDescriptor<byte[], byte[]> method, @Nullable String token, CallOptions options) {
    var headers = new Metadata();
    if (token != null) {
      headers.put(AUTHORIZATION, "Bearer " + token);
    }
    headers.put(EchoService.BINARY, new byte[] {0, 1, 2, -1});
    return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers))
        .newCall(method, options.withDeadlineAfter(20, TimeUnit.SECONDS));
  }

  private ClientCall<byte[], byte[]> call(MethodDescriptor<byte[], byte[]> method) {
    return call(method, issuer.token().sign(), CallOptions.DEFAULT);
  }

  private Status refusal(MethodDescriptor<byte[], byte[]> method, @Nullable String token) {
    return catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingUnaryCall(
                    call(method, token, CallOptions.DEFAULT), "x".getBytes(StandardCharsets.UTF_8)))
        .getStatus();
  }

  @Test
  void unary_withToken_isAnsweredAndTheTokenStripped() {
    byte[] answer = ClientCalls.blockingUnaryCall(call(EchoService.ECHO), new byte[] {1, 2, 3});
    assertThat(answer).containsExactly(1, 2, 3);
    Metadata seen = service.metadata.getFirst();
    assertThat(seen.containsKey(AUTHORIZATION)).isFalse();
    assertThat(seen.get(Metadata.Key.of("x-user", Metadata.ASCII_STRING_MARSHALLER))).isNotBlank();
    assertThat(seen.get(EchoService.BINARY)).containsExactly(0, 1, 2, -1);
  }

  @Test
  void unary_largeMessage_passesBothWays() {
    byte[] large = new byte[LARGE];
    large[LARGE - 1] = 42;
    assertThat(ClientCalls.blockingUnaryCall(call(EchoService.ECHO), large)).isEqualTo(large);
  }

  @Test
  @DisplayName("rule 144: status, message and metadata of the trailers arrive as they are")
  void unary_failure_keepsStatusAndTrailers() {
    String token = issuer.token().scopes("fail:loudly").sign();
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingUnaryCall(
                    call(EchoService.FAIL, token, CallOptions.DEFAULT), new byte[] {9, 8}));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(failure.getStatus().getDescription()).isEqualTo(EchoService.WHY);
    assertThat(failure.getTrailers().get(EchoService.BINARY)).containsExactly(9, 8);
  }

  @Test
  @DisplayName("rule 136: a client that takes one message at a time holds the server back")
  void serverStreaming_slowClient_isBackPressure() throws Exception {
    var messages = new AtomicInteger();
    var end = new CompletableFuture<Status>();
    ClientCall<byte[], byte[]> call = call(EchoService.REPEAT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            messages.incrementAndGet();
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    call.sendMessage(new byte[128 * 1024]);
    call.halfClose();
    call.request(1);
    Eventually.await("the first message", () -> messages.get() == 1);
    assertThat(service.sent.get()).isLessThan(EchoService.REPEATS / 2);
    call.request(EchoService.REPEATS);
    assertThat(end.get(20, TimeUnit.SECONDS).isOk()).isTrue();
    assertThat(messages.get()).isEqualTo(EchoService.REPEATS);
  }

  @Test
  void serverStreaming_blockingClient_getsAll() {
    Iterator<byte[]> all =
        ClientCalls.blockingServerStreamingCall(call(EchoService.REPEAT), new byte[100]);
    int count = 0;
    while (all.hasNext()) {
      assertThat(all.next()).hasSize(100);
      count++;
    }
    assertThat(count).isEqualTo(EchoService.REPEATS);
  }

  private static final class Answers implements StreamObserver<byte[]> {
    final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    final CompletableFuture<Boolean> end = new CompletableFuture<>();

    @Override
    public void onNext(byte[] message) {
      messages.add(message);
    }

    @Override
    public void onError(Throwable cause) {
      end.completeExceptionally(cause);
    }

    @Override
    public void onCompleted() {
      end.complete(true);
    }
  }

  @Test
  void clientStreaming_manyMessages_areCounted() throws Exception {
    var answers = new Answers();
    StreamObserver<byte[]> requests =
        ClientCalls.asyncClientStreamingCall(call(EchoService.COUNT), answers);
    for (int i = 0; i < 100; i++) {
      requests.onNext(new byte[10_000]);
    }
    requests.onCompleted();
    assertThat(answers.end.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(answers.messages.poll()).asString(StandardCharsets.UTF_8).isEqualTo("1000000");
  }

  @Test
  @DisplayName("bidirectional: each message is answered before the next is sent")
  void bidiStreaming_pingPong_isPrompt() throws Exception {
    var answers = new Answers();
    StreamObserver<byte[]> requests =
        ClientCalls.asyncBidiStreamingCall(call(EchoService.TALK), answers);
    for (int i = 0; i < 50; i++) {
      requests.onNext(new byte[] {(byte) i});
      assertThat(answers.messages.poll(10, TimeUnit.SECONDS)).containsExactly((byte) i);
    }
    requests.onCompleted();
    assertThat(answers.end.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  @DisplayName(
      "rules 148, 157: a call whose token comes to its end is UNAUTHENTICATED from then on")
  void bidiStreaming_tokenExpires_isUnauthenticated() throws Exception {
    // Of the 30 seconds of leeway two or three are left.
    String token = issuer.token().expiresAt(Instant.now().minusSeconds(27)).sign();
    var answers = new Answers();
    StreamObserver<byte[]> requests =
        ClientCalls.asyncBidiStreamingCall(
            call(EchoService.TALK, token, CallOptions.DEFAULT), answers);
    requests.onNext(new byte[] {1});
    assertThat(answers.messages.poll(10, TimeUnit.SECONDS)).containsExactly(1);
    ExecutionException end =
        catchThrowableOfType(ExecutionException.class, () -> answers.end.get(10, TimeUnit.SECONDS));
    Status status = Status.fromThrowable(end);
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(status.getDescription()).isEqualTo("token expired");
    Eventually.await("a line", () -> !gateway.accessLog().isEmpty());
    assertThat(gateway.accessLog()).contains("\"closedAtExpiry\":\"grpc\"");
  }

  @Test
  @DisplayName("rules 7, 148, 157: so is one that has no response yet, with the challenge")
  void unary_tokenExpiresBeforeTheResponse_isUnauthenticated() throws Exception {
    String token = issuer.token().expiresAt(Instant.now().minusSeconds(28)).sign();
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingUnaryCall(
                    call(EchoService.HANG, token, CallOptions.DEFAULT), new byte[1]));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(
            failure
                .getTrailers()
                .get(Metadata.Key.of("www-authenticate", Metadata.ASCII_STRING_MARSHALLER)))
        .contains("error=\"invalid_token\"");
    assertThat(service.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    Eventually.await("a line", () -> !gateway.accessLog().isEmpty());
    assertThat(gateway.accessLog())
        .contains("\"closedAtExpiry\":\"grpc\"", "\"reason\":\"expired\"");
  }

  @Test
  @DisplayName("rule 140: a deadline that passes reaches the server as a cancellation")
  void deadline_passed_cancelsUpstream() throws Exception {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingUnaryCall(
                    ClientInterceptors.intercept(channel)
                        .newCall(
                            EchoService.HANG,
                            CallOptions.DEFAULT
                                .withCallCredentials(new BearerToken(issuer.token().sign()))
                                .withDeadlineAfter(700, TimeUnit.MILLISECONDS)),
                    new byte[1]));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(service.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(
            service
                .metadata
                .getFirst()
                .containsKey(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER)))
        .isTrue();
  }

  private Status.Code echo() {
    try {
      ClientCalls.blockingUnaryCall(call(EchoService.ECHO), new byte[1]);
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  @Test
  @DisplayName("rule 142: a call goes on when its server is shut down, a new one is UNAVAILABLE")
  void bidiStreaming_serverShutsDown_comesToItsEnd() throws Exception {
    var answers = new Answers();
    StreamObserver<byte[]> requests =
        ClientCalls.asyncBidiStreamingCall(call(EchoService.TALK), answers);
    requests.onNext(new byte[] {1});
    assertThat(answers.messages.poll(10, TimeUnit.SECONDS)).containsExactly(1);
    server.shutdown();
    Eventually.await("no new call", () -> echo() == Status.Code.UNAVAILABLE);
    requests.onNext(new byte[] {2});
    assertThat(answers.messages.poll(10, TimeUnit.SECONDS)).containsExactly(2);
    requests.onCompleted();
    assertThat(answers.end.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  @DisplayName("rule 140: a call that is cancelled is cancelled upstream")
  void cancel_call_cancelsUpstream() throws Exception {
    ClientCall<byte[], byte[]> call = call(EchoService.HANG);
    var ended = new CompletableFuture<Status>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
          }
        },
        new Metadata());
    call.sendMessage(new byte[1]);
    call.halfClose();
    call.request(1);
    Eventually.await("the call upstream", () -> !service.metadata.isEmpty());
    call.cancel("no longer wanted", null);
    assertThat(ended.get(10, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.CANCELLED);
    assertThat(service.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  @DisplayName("rule 148: without a token UNAUTHENTICATED, without the scope PERMISSION_DENIED")
  void refusals_areUnderstoodByTheClient() {
    assertThat(refusal(EchoService.ECHO, null).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(refusal(EchoService.ECHO, "x.y.z").getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(refusal(EchoService.FAIL, issuer.token().sign()).getCode())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(service.metadata).isEmpty();
  }

  @Test
  @DisplayName("rule 148: an upstream that is down is UNAVAILABLE")
  void upstreamDown_isUnavailable() throws Exception {
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    assertThat(refusal(EchoService.ECHO, issuer.token().sign()).getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
  }
}
