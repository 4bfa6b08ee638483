package dev.bearward.demo.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What all three servers rely on. */
final class WebServerTest {
  @Test
  void handlerThatThrows_becomesA500ThatTellsNothing() throws Exception {
    try (WebServer server =
        WebServer.start(
            WebServer.loopback(0),
            request -> {
              throw new IllegalStateException("secret detail");
            })) {
      HttpResponse<String> answer = Http.get("http://127.0.0.1:" + server.port() + "/");
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.body()).doesNotContain("secret");
    }
  }

  @Test
  void server_listensOnLoopbackOnlyAndRefusesATakenPort() throws Exception {
    try (WebServer server =
        WebServer.start(WebServer.loopback(0), request -> Response.empty(204))) {
      assertThat(WebServer.loopback(0).getAddress().isLoopbackAddress()).isTrue();
      assertThatThrownBy(
              () -> WebServer.start(WebServer.loopback(server.port()), r -> Response.empty(204)))
          .isInstanceOf(BindException.class);
    }
  }

  @Test
  void escape_leavesNothingThatCouldOpenATagOrEndAnAttribute() {
    assertThat(Html.escape("<a href=\"x\" b='y'>&amp;"))
        .isEqualTo("&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
  }

  @Test
  void json_writtenAndRead_isTheSame() {
    Map<String, Object> value =
        Map.of(
            "text",
            "é\u20ac\"\\\n\uD83C\uDF75",
            "number",
            7,
            "long",
            1L << 40,
            "yes",
            true,
            "list",
            List.of(1, "two", Map.of("three", 3)));
    assertThat(Json.readObject(Json.write(value))).contains(value);
  }

  @Test
  void parameters_withABrokenEscape_areNone() {
    assertThat(Parameters.parse("a=%zz")).isEmpty();
    assertThat(Parameters.parse("a=%4")).isEmpty();
  }

  @Test
  void parameters_tellSingleRepeatedAndEmptyApart() {
    Parameters parameters = Parameters.parse("a=1&b=&c=2&c=3&&d").orElseThrow();
    assertThat(parameters.single("a")).contains("1");
    assertThat(parameters.single("b")).isEmpty();
    assertThat(parameters.single("c")).isEmpty();
    assertThat(parameters.single("d")).isEmpty();
    assertThat(parameters.repeated()).contains("c");
  }
}
