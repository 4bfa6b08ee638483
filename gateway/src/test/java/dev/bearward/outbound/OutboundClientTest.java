package dev.bearward.outbound;

import static dev.bearward.testing.ScriptedServer.answer;
import static dev.bearward.testing.ScriptedServer.json;
import static dev.bearward.testing.ScriptedServer.redirect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.ScriptedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class OutboundClientTest {
  private static final int MAX_BYTES = 1000;

  private final OutboundClients clients = new OutboundClients();
  private final ScriptedServer server = ScriptedServer.start();

  @AfterEach
  void close() {
    clients.close();
    server.close();
  }

  @Test
  void get_document_bringsStatusHeadersAndBody() throws IOException {
    var seen = new AtomicReference<String>();
    server.on(
        "/doc",
        exchange -> {
          var headers = exchange.getRequestHeaders();
          seen.set(
              exchange.getRequestMethod()
                  + " "
                  + headers.getFirst("Accept")
                  + " "
                  + headers.getFirst("User-Agent")
                  + " "
                  + headers.containsKey("Upgrade"));
          json("{}").answer(exchange);
        });

    Reply.Response response = response(get(server.uri("/doc")));

    assertThat(seen.get()).isEqualTo("GET application/json bearward false");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(text(response)).isEqualTo("{}");
    assertThat(response.from()).hasToString(server.uri("/doc").toString());
  }

  @Test
  void get_otherStatus_isAReply() throws IOException {
    server.on("/doc", answer(503, null, ""));

    assertThat(response(get(server.uri("/doc"))).status()).isEqualTo(503);
  }

  @Test
  @DisplayName("rule 53: the time limit covers the head")
  void get_headNeverComes_fails() throws IOException {
    server.on("/doc", server.after(new CountDownLatch(1), json("{}")));

    assertThat(failure(get(server.uri("/doc"), Duration.ofMillis(200))))
        .isEqualTo(server.uri("/doc") + ": no complete answer (expected: within 200ms)");
  }

  @Test
  @DisplayName("rule 53: the time limit covers the body too, and ends the connection")
  void get_bodyStalls_failsAndCloses() throws IOException {
    var closed = new AtomicBoolean();
    try (var stalling =
        RawUpstream.start(conversation -> {
          conversation.readRequest();
          conversation.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx");
          closed.set(conversation.readRequest() == null);
        })) {
      URI uri = URI.create("http://127.0.0.1:" + stalling.port() + "/doc");

      assertThat(failure(get(uri, Duration.ofMillis(300)))).contains("within 300ms");
      Eventually.await("connection closed", closed::get);
    }
  }

  @Test
  void get_cancelled_endsTheConnection() throws IOException {
    var asked = new AtomicBoolean();
    var closed = new AtomicBoolean();
    try (var silent =
        RawUpstream.start(conversation -> {
          conversation.readRequest();
          asked.set(true);
          closed.set(conversation.readRequest() == null);
        })) {
      URI uri = URI.create("http://127.0.0.1:" + silent.port() + "/doc");
      CompletableFuture<Reply> reply = get(uri, Duration.ofSeconds(20));
      Eventually.await("request", asked::get);

      assertThat(reply.cancel(false)).isTrue();

      Eventually.await("connection closed", closed::get);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("rule 53: the size limit holds with and without a declared length")
  void get_bodyOverTheLimit_fails(boolean declared) throws IOException {
    server.on("/doc", body(MAX_BYTES + 1, declared));

    assertThat(failure(get(server.uri("/doc"))))
        .isEqualTo(server.uri("/doc") + ": longer body (expected: at most 1000 bytes)");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("rule 53: a body of exactly the limit is read")
  void get_bodyAtTheLimit_isRead(boolean declared) throws IOException {
    server.on("/doc", body(MAX_BYTES, declared));

    assertThat(response(get(server.uri("/doc"))).body()).hasSize(MAX_BYTES);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  @DisplayName("rule 53: three redirects are followed")
  void get_threeRedirects_followed(int status) throws IOException {
    server
        .on("/1", redirect(status, "/2"))
        .on("/2", redirect(status, "3"))
        .on("/3", redirect(status, server.uri("/4").toString()))
        .on("/4", json("{}"));

    Reply.Response response = response(get(server.uri("/1")));

    assertThat(text(response)).isEqualTo("{}");
    assertThat(response.from()).hasToString(server.uri("/4").toString());
  }

  @Test
  @DisplayName("rule 53: a redirect loop ends after three")
  void get_redirectLoop_fails() throws IOException {
    server.on("/loop", redirect(302, "/loop"));

    assertThat(failure(get(server.uri("/loop")))).contains("at most 3");
    assertThat(server.hits("/loop")).isEqualTo(4);
  }

  @Test
  void get_redirectWithoutLocation_fails() throws IOException {
    server.on("/doc", answer(302, null, ""));

    assertThat(failure(get(server.uri("/doc")))).contains("expected: a valid Location");
  }

  @Test
  @DisplayName("rule 53: a redirect to another scheme is not followed, upwards neither")
  void get_redirectToAnotherScheme_fails() throws IOException {
    server.on("/doc", redirect(302, "https://127.0.0.1:1/doc"));

    assertThat(failure(get(server.uri("/doc")))).contains("(expected: scheme http)");
  }

  @Test
  @DisplayName("rule 53: a redirect from loopback does not lead to plain http elsewhere")
  void get_redirectBeyondLoopback_fails() throws IOException {
    server.on("/doc", redirect(302, "http://issuer.example/doc"));

    assertThat(failure(get(server.uri("/doc")))).contains("plain http beyond loopback");
  }

  @ParameterizedTest
  @CsvSource({
    "http://issuer.example/doc, plain http beyond loopback",
    "http://127.0.0.1.issuer.example/doc, plain http beyond loopback",
    "http://localhost.issuer.example/doc, plain http beyond loopback",
    "ftp://127.0.0.1/doc, scheme ftp",
    "/doc, no absolute http URL",
    "https:///doc, no absolute http URL",
    "https://user:secret@127.0.0.1/doc, holds a user",
  })
  void get_unfitUrl_fails(String url, String problem) throws IOException {
    assertThat(failure(get(URI.create(url)))).contains(problem).doesNotContain("secret");
  }

  @Test
  void get_failure_namesTheUrlWithoutItsQuery() throws IOException {
    URI closed = URI.create("http://127.0.0.1:" + freePort() + "/doc?key=secret#part");

    assertThat(failure(get(closed)))
        .startsWith("http://127.0.0.1:" + closed.getPort() + "/doc: cannot connect")
        .doesNotContain("secret");
  }

  @Test
  void get_brokenHttp_fails() throws IOException {
    try (var broken =
        RawUpstream.start(conversation -> {
          conversation.readRequest();
          conversation.send("SSH-2.0-nonsense\r\n\r\n");
        })) {
      URI uri = URI.create("http://127.0.0.1:" + broken.port() + "/doc");

      assertThat(failure(get(uri))).startsWith(uri + ": ");
    }
  }

  @Test
  void to_proxyThatIsNoHostAndPort_refused() {
    assertThatThrownBy(() -> new OutboundSettings(null, URI.create("http://u:pw@proxy:3128")))
        .hasMessage("proxy: http://proxy:3128 (expected: http://host:port)");
    assertThatThrownBy(() -> new OutboundSettings(null, URI.create("socks://proxy:3128")))
        .hasMessageContaining("expected: http://host:port");
    assertThatThrownBy(() -> new OutboundSettings(null, URI.create("http://proxy")))
        .hasMessageContaining("expected: http://host:port");
  }

  @Test
  void to_caThatHoldsNoCertificate_refused(@TempDir Path folder) throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.pem"));

    assertThatThrownBy(() -> clients.to(new OutboundSettings(empty, null)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected: PEM certificates");
    assertThatThrownBy(() -> clients.to(new OutboundSettings(folder.resolve("none"), null)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void to_sameSettings_sameClient() throws IOException {
    var direct = new OutboundSettings(null, null);

    assertThat(clients.to(direct)).isSameAs(clients.to(new OutboundSettings(null, null)));
  }

  private CompletableFuture<Reply> get(URI uri) throws IOException {
    return get(uri, Duration.ofSeconds(10));
  }

  private CompletableFuture<Reply> get(URI uri, Duration timeout) throws IOException {
    return clients
        .to(new OutboundSettings(null, null))
        .get(new Get(uri, "application/json", timeout, MAX_BYTES, false));
  }

  private static ScriptedServer.Script body(int bytes, boolean declared) {
    return exchange -> {
      exchange.sendResponseHeaders(200, declared ? bytes : 0);
      exchange.getResponseBody().write(new byte[bytes]);
      exchange.close();
    };
  }

  static Reply.Response response(CompletableFuture<Reply> reply) {
    return switch (reply.join()) {
      case Reply.Response response -> response;
      case Reply.Failed(String reason) -> throw new AssertionError(reason);
    };
  }

  static String failure(CompletableFuture<Reply> reply) {
    return switch (reply.join()) {
      case Reply.Response response -> throw new AssertionError("status " + response.status());
      case Reply.Failed(String reason) -> reason;
    };
  }

  static String text(Reply.Response response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
