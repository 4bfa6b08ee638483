package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bearward.testing.TestIdentity;
import dev.bearward.testing.TestIssuer;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * gRPC Java over TLS on both sides, HTTP/2 by ALPN's choice on either (rules 144, 146, 148), with
 * tokens as call credentials.
 */
class GrpcTlsStoryTest {
  private static final TestIdentity AUTHORITY = TestIdentity.authority("authority");

  @TempDir private Path folder;
  private final TestIssuer issuer = TestIssuer.simple();
  private final EchoService service = new EchoService();
  private Server server;
  private RunningGateway gateway;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    Path ca = Files.writeString(folder.resolve("ca.crt"), AUTHORITY.pem());
    AUTHORITY.issue("here", "127.0.0.1").into(folder, "tls");
    Path certificate = folder.resolve("tls.crt");
    Path key = folder.resolve("tls.key");
    server =
        Grpc.newServerBuilderForPort(
                0, TlsServerCredentials.create(certificate.toFile(), key.toFile()))
            .addService(service)
            .build()
            .start();
    gateway =
        new RunningGateway(
            """
            admin: {listen: "127.0.0.1:0"}
            server: {listen: "127.0.0.1:0", tls: {certificate: "%s", key: "%s"}}
            issuers:
              - {name: test, issuer: "%s", audience: "%s", keys: {inline: '%s'}}
            upstreams:
              app: {endpoints: ["https://127.0.0.1:%d"], tls: {ca: "%s"}}
            routes:
              - {path: /test.Echo/**, upstream: app, require: {}}
              - {path: /test.Echo/Fail, upstream: app, require: {scopes: ["fail:loudly"]}}
            """
                .formatted(
                    certificate,
                    key,
                    issuer.issuer(),
                    TestIssuer.AUDIENCE,
                    issuer.jwks(),
                    server.getPort(),
                    ca));
    channel =
        Grpc.newChannelBuilder(
                "127.0.0.1:" + gateway.uri("/").getPort(),
                TlsChannelCredentials.newBuilder().trustManager(ca.toFile()).build())
            .build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    gateway.close();
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  private byte[] call(
      MethodDescriptor<byte[], byte[]> method, @Nullable CallCredentials token, byte[] message) {
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS);
    return ClientCalls.blockingUnaryCall(
        channel, method, token == null ? options : options.withCallCredentials(token), message);
  }

  private Status refusal(MethodDescriptor<byte[], byte[]> method, @Nullable CallCredentials token) {
    return catchThrowableOfType(
            StatusRuntimeException.class, () -> call(method, token, new byte[1]))
        .getStatus();
  }

  @Test
  void unary_withCallCredentials_isAnswered() {
    byte[] message = new byte[100_000];
    Arrays.fill(message, (byte) 7);
    assertThat(call(EchoService.ECHO, new BearerToken(issuer.token().sign()), message))
        .isEqualTo(message);
  }

  @Test
  @DisplayName("a compressed message passes, and so does the answer")
  void unary_compressed_isAnswered() {
    byte[] message = new byte[100_000];
    CallOptions options =
        CallOptions.DEFAULT
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .withCompression("gzip")
            .withCallCredentials(new BearerToken(issuer.token().sign()));
    assertThat(ClientCalls.blockingUnaryCall(channel, EchoService.ECHO, options, message))
        .isEqualTo(message);
    assertThat(service.metadata.getFirst().toString()).contains("grpc-encoding=gzip");
  }

  @Test
  @DisplayName("rule 144: white space, BMP and what is beyond it pass in the status message")
  void unary_failure_keepsItsMessage() {
    String token = issuer.token().scopes("fail:loudly").sign();
    Status status = refusal(EchoService.FAIL, new BearerToken(token));
    assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(status.getDescription()).isEqualTo(EchoService.WHY);
  }

  @Test
  @DisplayName("rules 148, 157: refusals, and the end of the token before there is a response")
  void refusals_areUnderstoodByTheClient() {
    assertThat(refusal(EchoService.ECHO, null).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(refusal(EchoService.FAIL, new BearerToken(issuer.token().sign())).getCode())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(service.metadata).isEmpty();
    String ending = issuer.token().expiresAt(Instant.now().minusSeconds(27)).sign();
    assertThat(refusal(EchoService.HANG, new BearerToken(ending)).getCode())
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(service.metadata).as("it was let in before").hasSize(1);
  }

  @Test
  @DisplayName("what the server does not know is its own to say: UNIMPLEMENTED; so is no route")
  void unimplemented_isUnimplemented() {
    MethodDescriptor<byte[], byte[]> method =
        EchoService.ECHO.toBuilder().setFullMethodName("test.Echo/Nothing").build();
    MethodDescriptor<byte[], byte[]> other =
        EchoService.ECHO.toBuilder().setFullMethodName("test.Nothing/Echo").build();
    var token = new BearerToken(issuer.token().sign());
    assertThat(refusal(method, token).getDescription()).contains("test.Echo/Nothing");
    assertThat(refusal(method, token).getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(refusal(other, token).getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
  }
}
