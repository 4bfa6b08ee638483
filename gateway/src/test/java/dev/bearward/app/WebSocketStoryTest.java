package dev.bearward.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.EchoUpstream;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.TestIssuer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK's WebSocket client, through the whole gateway, to an echo server. */
class WebSocketStoryTest {
  private static final String SPA = "https://spa.example.com";
  private static final String ROUTES =
      """
      routes:
        - path: /ws
          upstream: app
          require: {}
          tokenFrom: [header, {query: access_token}, {webSocketProtocol: bearer}]
          origins: ["https://spa.example.com"]
          identity: {X-User: sub}
        - {path: /plain, upstream: app, require: {scopes: [never]}}
      """;

  private final TestIssuer issuer = TestIssuer.simple();
  private final HttpClient client = HttpClient.newHttpClient();

  /** What the listener heard, joined to messages. */
  private static final class Heard implements WebSocket.Listener {
    final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    final BlockingQueue<byte[]> binaries = new LinkedBlockingQueue<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    final CompletableFuture<Boolean> pong = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final List<byte[]> parts = new ArrayList<>();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        texts.add(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
      byte[] octets = new byte[part.remaining()];
      part.get(octets);
      parts.add(octets);
      if (last) {
        var whole = ByteBuffer.allocate(parts.stream().mapToInt(p -> p.length).sum());
        parts.forEach(whole::put);
        parts.clear();
        binaries.add(whole.array());
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
      pong.complete(true);
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(code);
      return null;
    }
  }

  private RunningGateway gateway(RawUpstream upstream) throws IOException {
    return gateway(upstream, "auto");
  }

  private RunningGateway gateway(RawUpstream upstream, String protocol) throws IOException {
    return new RunningGateway(
        """
        server: {listen: "127.0.0.1:0"}
        admin: {listen: "127.0.0.1:0"}
        issuers:
          - {name: test, issuer: "%s", audience: "%s", keys: {inline: '%s'}}
        upstreams: {app: {endpoints: ["http://127.0.0.1:%d"], protocol: %s}}
        """
                .formatted(
                    issuer.issuer(), TestIssuer.AUDIENCE, issuer.jwks(), upstream.port(), protocol)
            + ROUTES);
  }

  private static URI ws(RunningGateway gateway, String path) {
    return URI.create(gateway.uri(path).toString().replace("http:", "ws:"));
  }

  private WebSocket open(RunningGateway gateway, Heard heard, String first, String... more) {
    return client
        .newWebSocketBuilder()
        .header("Origin", SPA)
        .subprotocols(first, more)
        .buildAsync(ws(gateway, "/ws"), heard)
        .join();
  }

  private WebSocket withHeader(RunningGateway gateway, Heard heard) {
    return client
        .newWebSocketBuilder()
        .header("Authorization", "Bearer " + issuer.token().sign())
        .buildAsync(ws(gateway, "/ws"), heard)
        .join();
  }

  @Test
  @DisplayName("rules 152, 154, 156: messages of all sizes, pings and the closing go through")
  void webSocket_withHeader_echoes() throws Exception {
    try (var upstream = EchoUpstream.start();
        var gateway = gateway(upstream)) {
      var heard = new Heard();
      WebSocket socket = withHeader(gateway, heard);
      socket.sendText("gr\u00fc\u00df dich", true).join();
      assertThat(heard.texts.poll(10, TimeUnit.SECONDS)).isEqualTo("gr\u00fc\u00df dich");
      String large = "0123456789".repeat(30_000);
      socket.sendText(large, true).join();
      assertThat(heard.texts.poll(10, TimeUnit.SECONDS)).isEqualTo(large);
      byte[] random = new byte[500_000];
      new Random(7).nextBytes(random);
      socket.sendBinary(ByteBuffer.wrap(random), true).join();
      assertThat(heard.binaries.poll(10, TimeUnit.SECONDS)).isEqualTo(random);
      socket.sendPing(ByteBuffer.wrap(new byte[] {1})).join();
      assertThat(heard.pong.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(scrape(gateway)).contains("bearward_tunnels 1.0");
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "done").join();
      assertThat(heard.closed.get(10, TimeUnit.SECONDS)).isEqualTo(1000);
      logged(gateway, 1);
      assertThat(gateway.accessLog())
          .contains("\"status\":101", "\"subject\":\"alice\"", "\"upstream\":\"app\"")
          .doesNotContain("\"complete\":false");
      assertThat(scrape(gateway))
          .contains("bearward_tunnels 0.0")
          .containsPattern("bearward_tunnel_bytes_total\\{direction=\"in\"\\} 8[0-9]{5}\\.0")
          .containsPattern("bearward_tunnel_bytes_total\\{direction=\"out\"\\} 8[0-9]{5}\\.0");
      assertThat(upstream.conversation(0).received())
          .contains("X-User: alice")
          .doesNotContainIgnoringCase("authorization");
    }
  }

  @Test
  @DisplayName("a WebSocket goes over HTTP/1.1 where anything else goes over HTTP/2")
  void webSocket_upstreamOfHttp2_hasAConnectionOfItsOwn() throws Exception {
    try (var upstream = EchoUpstream.start();
        var gateway = gateway(upstream, "http2")) {
      var heard = new Heard();
      WebSocket socket = withHeader(gateway, heard);
      socket.sendText("hello", true).join();
      assertThat(heard.texts.poll(10, TimeUnit.SECONDS)).isEqualTo("hello");
      assertThat(upstream.conversation(0).received()).startsWith("GET /ws HTTP/1.1");
      socket.abort();
    }
  }

  private static String scrape(RunningGateway gateway) throws Exception {
    return gateway.admin("GET", "/metrics").body();
  }

  private static void logged(RunningGateway gateway, int lines) {
    Eventually.await("lines", () -> gateway.accessLog().lines().count() == lines);
    assertThat(gateway.accessLog()).doesNotContain("eyJ");
  }

  @Test
  @DisplayName("rules 12, 161: a token as sub-protocol: upstream and logs never see it")
  void webSocket_withTokenAsProtocol_isForwardedWithoutIt() throws Exception {
    try (var upstream = EchoUpstream.start();
        var gateway = gateway(upstream)) {
      var heard = new Heard();
      WebSocket socket = open(gateway, heard, "bearer", issuer.token().sign());
      assertThat(socket.getSubprotocol())
          .as("browsers end a WebSocket when they offered sub-protocols and got none")
          .isEqualTo("bearer");
      socket.sendText("hello", true).join();
      assertThat(heard.texts.poll(10, TimeUnit.SECONDS)).isEqualTo("hello");
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
      logged(gateway, 1);
      assertThat(upstream.conversation(0).received())
          .contains("X-User: alice")
          .doesNotContain("eyJ")
          .doesNotContainIgnoringCase("sec-websocket-protocol");
    }
  }

  @Test
  @DisplayName("rules 155, 161: other sub-protocols go up, and the upstream's choice comes down")
  void webSocket_withOtherProtocols_upstreamChooses() throws Exception {
    try (var upstream = EchoUpstream.start("Sec-WebSocket-Protocol: v2.chat");
        var gateway = gateway(upstream)) {
      String token = issuer.token().sign();
      WebSocket socket = open(gateway, new Heard(), "chat", "bearer", token, "v2.chat");
      assertThat(socket.getSubprotocol()).isEqualTo("v2.chat");
      assertThat(upstream.conversation(0).received())
          .contains("\r\nSec-WebSocket-Protocol: chat, v2.chat\r\n");
      socket.abort();
    }
    try (var upstream = EchoUpstream.start();
        var gateway = gateway(upstream)) {
      WebSocket socket = open(gateway, new Heard(), "bearer", issuer.token().sign(), "chat");
      assertThat(socket.getSubprotocol()).as("the upstream's none, unaltered").isEmpty();
      socket.abort();
    }
  }

  private String refusal(RunningGateway gateway, String path, String origin, String... fields) {
    var builder = client.newWebSocketBuilder().header("Origin", origin);
    for (int i = 0; i < fields.length; i += 2) {
      if (fields[i].isEmpty()) {
        builder.subprotocols("bearer", fields[i + 1]);
      } else {
        builder.header(fields[i], fields[i + 1]);
      }
    }
    try {
      builder.buildAsync(ws(gateway, path), new Heard()).join();
      throw new AssertionError("the handshake succeeded");
    } catch (CompletionException e) {
      var handshake = (WebSocketHandshakeException) requireNonNull(e.getCause());
      return handshake.getResponse().statusCode()
          + " "
          + handshake.getResponse().headers().firstValue("www-authenticate").orElse("-");
    }
  }

  @Test
  @DisplayName("rules 3, 152, 158: refusals are ordinary HTTP, and the upstream sees nothing")
  void webSocket_refused_isHttp() throws Exception {
    try (var upstream = EchoUpstream.start();
        var gateway = gateway(upstream)) {
      String good = issuer.token().sign();
      String field = "Bearer " + good;
      assertThat(refusal(gateway, "/ws", SPA)).isEqualTo("401 Bearer realm=\"bearward\"");
      assertThat(refusal(gateway, "/ws", SPA, "", "rubbish"))
          .startsWith("401")
          .contains("invalid_token");
      assertThat(refusal(gateway, "/plain", SPA, "Authorization", field))
          .startsWith("403")
          .contains("insufficient_scope");
      assertThat(refusal(gateway, "/plain", SPA, "", good))
          .as("not a source here")
          .startsWith("401");
      assertThat(refusal(gateway, "/ws", "https://evil.test", "", good)).startsWith("403 -");
      assertThat(refusal(gateway, "/ws", SPA, "", good, "Authorization", field))
          .startsWith("400")
          .contains("invalid_request");
      assertThat(refusal(gateway, "/ws?access_token=" + good, SPA, "", good)).startsWith("400");
      logged(gateway, 7);
      assertThat(upstream.conversations()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"404 Not Found", "403 Forbidden", "200 OK"})
  @DisplayName("rule 154: what the upstream answers instead of a 101 comes through as it is")
  void webSocket_upstreamRefuses_isPassedOn(String status) throws Exception {
    String answer = "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n";
    try (var upstream = RawUpstream.answering(answer);
        var gateway = gateway(upstream)) {
      String token = "Bearer " + issuer.token().sign();
      assertThat(refusal(gateway, "/ws", SPA, "Authorization", token))
          .isEqualTo(status.substring(0, 3) + " -");
      assertThat(gateway.get("/ws", issuer.token().sign()).statusCode())
          .isEqualTo(Integer.parseInt(status.substring(0, 3)));
    }
  }
}
