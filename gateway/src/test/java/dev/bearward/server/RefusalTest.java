package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.access.AccessDecision;
import dev.bearward.access.TestDenials;
import dev.bearward.http.Header;
import dev.bearward.http.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalTest {
  private static final String TOKEN = "eyJhbGciOiJub25lIn0.c2VjcmV0.c2ln";
  private static final String GET =
      "GET /a?access_token="
          + TOKEN
          + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
          + TOKEN
          + "\r\n\r\n";

  @ParameterizedTest
  @EnumSource
  @DisplayName("rules 10, 12, 15: every reason is a problem document that repeats nothing sent")
  void refusal_anyReason_isAProblem(Reason reason) {
    var denial = TestDenials.of(reason, null, List.of(), null);
    try (var server = TestServer.start(_ -> denial, RecordingForwarder.ok());
        var client = server.connect()) {
      RawClient.Response response =
          client.exchange(GET.replace("\r\n\r\n", "\r\nX-Request-Id: id-1\r\n\r\n"));
      assertThat(response.head())
          .startsWith("HTTP/1.1 " + reason.status() + " " + reason.title() + "\r\n")
          .doesNotContain(TOKEN);
      assertThat(response.header("content-type")).isEqualTo("application/problem+json");
      assertThat(response.header("cache-control")).isEqualTo("no-store");
      assertThat(response.header("date")).isNotNull();
      assertThat(response.header("x-request-id")).isEqualTo("id-1");
      assertThat(response.body())
          .isEqualTo(
              "{\"type\":\"https://bearward.dev/errors#%s\",\"title\":\"%s\",\"status\":%d,"
                      .formatted(reason.label(), reason.title(), reason.status())
                  + "\"detail\":\"%s\",\"reason\":\"%s\",\"requestId\":\"id-1\"}\n"
                      .formatted(reason.detail(), reason.label()));
      assertThat(client.exchange(GET).status()).isEqualTo(reason.status());
      assertThat(server.listener().outcome(0).reason()).isEqualTo(reason);
      assertThat(server.listener().outcome(0).decision()).isSameAs(denial);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("rule 10: what goes into JSON and quoted strings needs no escaping")
  void reason_texts_areHarmless(Reason reason) {
    assertThat(reason.title() + reason.detail() + reason.label())
        .matches("[\\x20-\\x7e&&[^\"\\\\]]+");
  }

  @Test
  @DisplayName("rule 6: the denial's challenge, CORS fields and Retry-After are on the response")
  void refusal_writesAllFieldsOfTheDenial() {
    var denial =
        TestDenials.of(
            Reason.EXPIRED,
            "Bearer realm=\"bearward\", error=\"invalid_token\"",
            List.of(new Header("Access-Control-Allow-Origin", "https://spa")),
            Duration.ofMillis(1500));
    try (var server = TestServer.start(_ -> denial, RecordingForwarder.ok())) {
      RawClient.Response response = server.exchange(GET);
      assertThat(response.header("www-authenticate"))
          .isEqualTo("Bearer realm=\"bearward\", error=\"invalid_token\"");
      assertThat(response.header("access-control-allow-origin")).isEqualTo("https://spa");
      assertThat(response.header("retry-after")).isEqualTo("2");
    }
  }

  @Test
  @DisplayName("rule 113: a refusal of HEAD tells its length and has no body")
  void refusal_toHead_hasNoBody() {
    try (var server = TestServer.start(Gates.closed(Reason.NO_TOKEN), RecordingForwarder.ok());
        var client = server.connect()) {
      client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
      RawClient.Response response = client.read(true);
      int length = Integer.parseInt(String.valueOf(response.header("content-length")));
      assertThat(length).isPositive();
      assertThat(client.exchange(GET).status()).isEqualTo(401);
      client.send("HEAD /a#b HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(client.read(true).status()).isEqualTo(400);
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  @DisplayName("405 has Allow, empty for CONNECT, which no route takes")
  void refusal_methodNotAllowed_hasAllow() {
    var denial =
        TestDenials.of(
            Reason.METHOD_NOT_ALLOWED, null, List.of(new Header("Allow", "GET, HEAD")), null);
    try (var server = TestServer.start(_ -> denial, RecordingForwarder.ok())) {
      assertThat(server.exchange("PUT /a HTTP/1.1\r\nHost: h\r\n\r\n").all("allow"))
          .containsExactly("GET, HEAD");
      assertThat(server.exchange("CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n").all("allow"))
          .containsExactly("");
    }
  }

  @Test
  @DisplayName("rule 162: an answer of the gateway itself, such as a preflight")
  void answer_isWritten() {
    var headers = List.of(new Header("Access-Control-Allow-Methods", "GET"));
    var answer = new AccessDecision.Answer(null, 204, headers);
    try (var server = TestServer.start(_ -> answer, RecordingForwarder.ok());
        var client = server.connect()) {
      RawClient.Response response = client.exchange(GET);
      assertThat(response.status()).isEqualTo(204);
      assertThat(response.header("access-control-allow-methods")).isEqualTo("GET");
      assertThat(response.header("content-length")).isNull();
      assertThat(client.exchange(GET).status()).isEqualTo(204);
      assertThat(server.listener().outcome(0).reason()).isNull();
    }
  }

  @Test
  @DisplayName("rule 98: no text can end a line of a head early")
  void head_controlsInAText_areReplaced() {
    var denial =
        TestDenials.of(
            Reason.NO_TOKEN,
            "Bearer realm=\"a\r\nX-Injected: b\u010a\"",
            List.of(new Header("X-A\r\n", "b\0c")),
            null);
    try (var server = TestServer.start(_ -> denial, RecordingForwarder.ok())) {
      RawClient.Response response = server.exchange(GET);
      assertThat(response.header("www-authenticate"))
          .isEqualTo("Bearer realm=\"a??X-Injected: b?\"");
      assertThat(response.header("X-Injected")).isNull();
      assertThat(response.header("X-A??")).isEqualTo("b?c");
    }
  }
}
