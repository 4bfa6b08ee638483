package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.bearward.testing.Conversation;
import dev.bearward.testing.EchoUpstream;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.TestIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole gateway with TLS on both sides, from its configuration. */
class GatewayTlsTest {
  private static final TestIdentity AUTHORITY = TestIdentity.authority("authority");

  @TempDir private Path folder;

  private String yaml(int port) throws IOException {
    Files.writeString(folder.resolve("ca.crt"), AUTHORITY.pem());
    AUTHORITY.issue("gateway", "127.0.0.1").into(folder, "tls");
    return """
    server:
      listen: 127.0.0.1:0
      tls: {certificate: DIR/tls.crt, key: DIR/tls.key, clientAuth: optional, clientCa: DIR/ca.crt}
    admin: {listen: disabled}
    upstreams:
      app:
        endpoints: ["https://127.0.0.1:PORT"]
        tls: {ca: DIR/ca.crt, certificate: DIR/tls.crt, key: DIR/tls.key, serverName: app.internal}
    routes: [{path: /**, upstream: app, public: true}]
    """
        .replace("DIR", folder.toString())
        .replace("PORT", Integer.toString(port));
  }

  @Test
  @DisplayName(
      "rules 149, 150: a request passes encrypted from end to end, and the upstream is told")
  void request_tlsOnBothSides_passes() throws Exception {
    TestIdentity app = AUTHORITY.issue("app", "app.internal");
    try (RawUpstream upstream =
            RawUpstream.tls(
                app.presenting(AUTHORITY),
                true,
                conversation -> {
                  String head = String.valueOf(conversation.readRequest());
                  conversation.send(
                      "HTTP/1.1 200 OK\r\nContent-Length: " + head.length() + "\r\n\r\n" + head);
                });
        Gateway gateway =
            Gateway.start(
                RunningGateway.settings(yaml(upstream.port())), OutputStream.nullOutputStream());
        HttpClient client =
            HttpClient.newBuilder().sslContext(TestIdentity.trusting(AUTHORITY)).build()) {
      int port = gateway.addresses().getFirst().getPort();
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/a")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body())
          .contains("X-Forwarded-Proto: https\r\n")
          .contains("Forwarded: for=127.0.0.1;host=\"127.0.0.1:" + port + "\";proto=https\r\n");
    }
  }

  @Test
  @DisplayName("rules 154, 156: a WebSocket passes encrypted from end to end, and its end too")
  void webSocket_tlsOnBothSides_passes() throws Exception {
    TestIdentity app = AUTHORITY.issue("app", "app.internal");
    var echoed = new CompletableFuture<String>();
    var closed = new CompletableFuture<Integer>();
    try (RawUpstream upstream =
            RawUpstream.tls(app.presenting(AUTHORITY), true, EchoUpstream.script());
        Gateway gateway =
            Gateway.start(
                RunningGateway.settings(yaml(upstream.port())), OutputStream.nullOutputStream());
        HttpClient client =
            HttpClient.newBuilder().sslContext(TestIdentity.trusting(AUTHORITY)).build()) {
      int port = gateway.addresses().getFirst().getPort();
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .buildAsync(URI.create("wss://127.0.0.1:" + port + "/a"), hearing(echoed, closed))
              .get(10, TimeUnit.SECONDS);
      String large = "0123456789".repeat(20_000);
      socket.sendText(large, true).join();
      assertThat(echoed.get(10, TimeUnit.SECONDS)).isEqualTo(large);
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
      assertThat(closed.get(10, TimeUnit.SECONDS)).isEqualTo(1000);
      assertTimeout(Duration.ofSeconds(10), gateway::close, "no tunnel is left to be drained");
    }
  }

  private static WebSocket.Listener hearing(
      CompletableFuture<String> echoed, CompletableFuture<Integer> closed) {
    var text = new StringBuilder();
    return new WebSocket.Listener() {
      @Override
      public @Nullable CompletionStage<?> onText(
          WebSocket socket, CharSequence part, boolean last) {
        text.append(part);
        if (last) {
          echoed.complete(text.toString());
        }
        socket.request(1);
        return null;
      }

      @Override
      public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        closed.complete(code);
        return null;
      }
    };
  }

  private static String agreed(int port, String... offers) throws IOException {
    try (var socket =
        (SSLSocket)
            TestIdentity.trusting(AUTHORITY).getSocketFactory().createSocket("127.0.0.1", port)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(offers);
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(10_000);
      socket.startHandshake();
      return socket.getApplicationProtocol();
    }
  }

  @Test
  @DisplayName("rule 146: http2 says what is chosen by ALPN; without it HTTP/2 is never agreed on")
  void alpn_byConfiguration_choosesProtocol() throws Exception {
    try (Gateway gateway =
        Gateway.start(RunningGateway.settings(yaml(1)), OutputStream.nullOutputStream())) {
      int port = gateway.addresses().getFirst().getPort();
      assertThat(agreed(port, "h2", "http/1.1")).isEqualTo("h2");
      assertThat(agreed(port, "http/1.1")).isEqualTo("http/1.1");
    }
    String without = yaml(1).replace("server:\n", "server:\n  http2: false\n");
    try (Gateway gateway =
            Gateway.start(RunningGateway.settings(without), OutputStream.nullOutputStream());
        HttpClient client =
            HttpClient.newBuilder().sslContext(TestIdentity.trusting(AUTHORITY)).build()) {
      int port = gateway.addresses().getFirst().getPort();
      assertThat(agreed(port, "h2", "http/1.1")).isEqualTo("http/1.1");
      assertThat(agreed(port, "h2")).isNotEqualTo("h2");
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/a")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
      assertThat(response.statusCode()).as("nobody is upstream").isEqualTo(502);
    }
  }

  @Test
  @DisplayName("http2: false: the preface of prior knowledge is no request")
  void priorKnowledge_switchedOff_isRefused() throws Exception {
    String yaml =
        """
        server: {listen: "127.0.0.1:0", http2: false}
        admin: {listen: disabled}
        upstreams: {app: "http://127.0.0.1:1"}
        routes: [{path: /**, upstream: app, public: true}]
        """;
    try (Gateway gateway =
            Gateway.start(RunningGateway.settings(yaml), OutputStream.nullOutputStream());
        var wire =
            new Conversation(
                new Socket(
                    InetAddress.getLoopbackAddress(), gateway.addresses().getFirst().getPort()))) {
      wire.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      assertThat(wire.readToEnd()).startsWith("HTTP/1.1 ").contains(" 505 ");
    }
  }

  @Test
  @DisplayName("files that broke between check and start: the start says which")
  void start_brokenFile_isNamed() throws Exception {
    var settings = RunningGateway.settings(yaml(1));
    Files.writeString(folder.resolve("tls.key"), AUTHORITY.keyPem());
    assertThatThrownBy(() -> Gateway.start(settings, OutputStream.nullOutputStream()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("tls.key: not the key of");
  }
}
