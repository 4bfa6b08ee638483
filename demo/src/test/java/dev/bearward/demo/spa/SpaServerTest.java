package dev.bearward.demo.spa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.demo.web.Http;
import dev.bearward.demo.web.WebServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The app's files and the policy they come under. */
final class SpaServerTest {
  private SpaServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        SpaServer.start(
            WebServer.loopback(0),
            new SpaSettings(
                "http://localhost:9000/",
                "http://localhost:7001",
                "appointments-spa",
                "appointments:api",
                "openid appointments"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> get(String path) {
    return Http.get("http://localhost:" + server.port() + path);
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html; charset=utf-8",
    "/callback, text/html; charset=utf-8",
    "/app.js, text/javascript; charset=utf-8",
    "/session.js, text/javascript; charset=utf-8",
    "/gateway.js, text/javascript; charset=utf-8",
    "/view.js, text/javascript; charset=utf-8",
    "/config.js, text/javascript; charset=utf-8",
    "/app.css, text/css; charset=utf-8",
    "/icon.svg, image/svg+xml",
  })
  void file_comesWithItsTypeAndTheStrictPolicy(String path, String contentType) {
    HttpResponse<String> file = get(path);
    assertThat(file.statusCode()).isEqualTo(200);
    assertThat(file.body()).isNotBlank();
    assertThat(Http.header(file, "Content-Type")).isEqualTo(contentType);
    assertThat(Http.header(file, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(Http.header(file, "Content-Security-Policy"))
        .isEqualTo(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                + " connect-src http://localhost:9000 http://localhost:7001;"
                + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  }

  @Test
  void page_holdsNoInlineScriptOrStyleAndNothingFromElsewhere() {
    assertThat(get("/").body())
        .doesNotContain("style=", "<style", "onclick", "http://", "https://", "javascript:")
        .containsOnlyOnce("<script");
  }

  @Test
  void config_tellsTheAppWhereToGo() {
    assertThat(get("/config.js").body())
        .isEqualTo(
            "export const settings = {\"issuer\":\"http://localhost:9000/\","
                + "\"gateway\":\"http://localhost:7001\",\"clientId\":\"appointments-spa\","
                + "\"audience\":\"appointments:api\",\"scope\":\"openid appointments\"};\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/../pom.xml", "/%2e%2e/pom.xml", "/SpaServer.class", "/app.js/", "//app.js"})
  void anythingElse_is404(String path) {
    assertThat(get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void otherMethods_are405() {
    assertThat(
            Http.send("POST", "http://localhost:" + server.port() + "/callback", "x").statusCode())
        .isEqualTo(405);
  }
}
