package dev.bearward.outbound;

import static dev.bearward.outbound.OutboundClientTest.failure;
import static dev.bearward.outbound.OutboundClientTest.response;
import static dev.bearward.outbound.OutboundClientTest.text;
import static dev.bearward.testing.ScriptedServer.answer;
import static dev.bearward.testing.ScriptedServer.json;
import static dev.bearward.testing.ScriptedServer.redirect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.ScriptedServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class FormTest {
  private static final int MAX_BYTES = 1000;

  private final OutboundClients clients = new OutboundClients();
  private final ScriptedServer server = ScriptedServer.start();

  @AfterEach
  void close() {
    clients.close();
    server.close();
  }

  @Test
  @DisplayName("rule 83: a POST of a form, with the id and the secret form-encoded for HTTP Basic")
  void post_form_isSentWithCredentials() throws IOException {
    List<String> seen = new CopyOnWriteArrayList<>();
    server.on(
        "/form",
        exchange -> {
          var headers = exchange.getRequestHeaders();
          seen.add(exchange.getRequestMethod());
          seen.add(headers.getFirst("Content-Type"));
          seen.add(headers.getFirst("Accept"));
          seen.addAll(headers.get("Authorization"));
          byte[] body = exchange.getRequestBody().readAllBytes();
          seen.add(new String(body, StandardCharsets.US_ASCII));
          json("{}").answer(exchange);
        });
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("token", "a+b/c=&d é");
    fields.put("token_type_hint", "access_token");

    Reply.Response response =
        response(
            client()
                .post(
                    form(
                        server.uri("/form"),
                        fields,
                        new BasicCredentials("the:client", "p%a ss:wörd"))));

    String pair = "the%3Aclient:p%25a+ss%3Aw%C3%B6rd";
    assertThat(seen)
        .containsExactly(
            "POST",
            "application/x-www-form-urlencoded",
            "application/json",
            "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII)),
            "token=a%2Bb%2Fc%3D%26d+%C3%A9&token_type_hint=access_token");
    assertThat(text(response)).isEqualTo("{}");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  @DisplayName("rule 83: no redirect is followed: it would carry the credentials elsewhere")
  void post_redirect_fails(int status) throws IOException {
    server.on("/form", redirect(status, "/else")).on("/else", json("{}"));

    assertThat(failure(post(server.uri("/form"))))
        .isEqualTo(server.uri("/form") + ": one more redirect (expected: none)");
    assertThat(server.hits("/else")).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 500, 503})
  void post_otherStatus_isAReply(int status) throws IOException {
    server.on("/form", answer(status, null, ""));

    assertThat(response(post(server.uri("/form"))).status()).isEqualTo(status);
    assertThat(server.hits("/form")).isEqualTo(1);
  }

  @Test
  @DisplayName("rule 83: plain http goes no further than this machine unless it was asked for")
  void post_plainHttpElsewhere_fails() throws IOException {
    assertThat(failure(post(URI.create("http://issuer.example/form"))))
        .contains("plain http beyond loopback");
  }

  @Test
  void post_slowAnswer_failsInTime() throws IOException {
    server.on("/form", server.after(new CountDownLatch(1), json("{}")));

    Form form =
        new Form(
            server.uri("/form"),
            Map.of(),
            new BasicCredentials("a", "b"),
            "application/json",
            Duration.ofMillis(200),
            MAX_BYTES,
            false);
    assertThat(failure(client().post(form))).endsWith("(expected: within 200ms)");
    assertThat(server.hits("/form")).as("not repeated").isEqualTo(1);
  }

  @Test
  void post_longBody_fails() throws IOException {
    server.on("/form", json("\"" + "x".repeat(MAX_BYTES) + "\""));

    assertThat(failure(post(server.uri("/form")))).contains("at most 1000 bytes");
    assertThat(server.hits("/form")).as("not repeated").isEqualTo(1);
  }

  @Test
  @DisplayName("a kept connection that the server closed meanwhile costs no answer")
  void post_onAConnectionThatEnds_isRepeatedOnce() throws IOException {
    var requests = new AtomicInteger();
    try (var closing =
        RawUpstream.start(conversation -> {
          conversation.readRequest();
          if (requests.incrementAndGet() > 1) {
            conversation.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
          }
        })) {
      assertThat(text(response(post(URI.create("http://127.0.0.1:" + closing.port())))))
          .isEqualTo("{}");
      assertThat(requests).hasValue(2);
    }
  }

  @Test
  void post_onConnectionsThatAlwaysEnd_failsAfterTheSecond() throws IOException {
    var requests = new AtomicInteger();
    try (var closing =
        RawUpstream.start(conversation -> {
          conversation.readRequest();
          requests.incrementAndGet();
        })) {
      URI uri = URI.create("http://127.0.0.1:" + closing.port() + "/form");
      assertThat(failure(post(uri))).startsWith(uri + ": ");
      assertThat(requests).hasValue(2);
    }
  }

  @Test
  @DisplayName("rule 186: neither the form nor the credentials are ever printed")
  void toString_holdsNoSecret() {
    Form form =
        form(
            URI.create("https://a/i?key=hunter2"),
            Map.of("token", "hunter2"),
            new BasicCredentials("id", "hunter2"));

    assertThat(form).hasToString("Form to https://a/i");
    assertThat(form.credentials()).hasToString("(credentials)");
  }

  @Test
  void form_withoutLimits_refused() {
    assertThatThrownBy(() ->
            new Form(
                URI.create("https://a"),
                Map.of(),
                new BasicCredentials("a", "b"),
                "*/*",
                Duration.ZERO,
                1,
                false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: both positive");
  }

  private OutboundClient client() throws IOException {
    return clients.to(new OutboundSettings(null, null));
  }

  private CompletableFuture<Reply> post(URI uri) throws IOException {
    return client().post(form(uri, Map.of("a", "b"), new BasicCredentials("id", "secret")));
  }

  private static Form form(URI uri, Map<String, String> fields, BasicCredentials credentials) {
    return new Form(
        uri, fields, credentials, "application/json", Duration.ofSeconds(10), MAX_BYTES, false);
  }
}
