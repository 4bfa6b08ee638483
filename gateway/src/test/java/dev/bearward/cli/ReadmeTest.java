package dev.bearward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.TestIssuer;
import dev.bearward.token.JwsAlgorithm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is what there is. */
class ReadmeTest {
  private static final Path HOME = Path.of("..");

  @TempDir Path directory;

  @Test
  @DisplayName("the README's ten lines are a configuration without a problem")
  void configuration_inReadme_isGood() throws IOException {
    String readme = Files.readString(HOME.resolve("README.md"));
    int start = readme.indexOf("```yaml\n") + "```yaml\n".length();
    String shown = readme.substring(start, readme.indexOf("```", start));
    assertThat(shown.lines()).hasSizeLessThanOrEqualTo(10);
    Path file = Files.writeString(directory.resolve("readme.yaml"), shown);
    assertThat(Bearward.commandLine().execute("check", "-c", file.toString())).isEqualTo(Exit.FINE);
  }

  @Test
  @DisplayName("the file that the README's commands name is one without a problem")
  void configuration_namedInReadme_isGood() throws IOException {
    assertThat(Files.readString(HOME.resolve("README.md"))).contains("-c config/minimal.yaml");
    assertThat(Bearward.commandLine().execute("check", "-c", HOME + "/config/minimal.yaml"))
        .isEqualTo(Exit.FINE);
  }

  @Test
  @DisplayName("the README's sidecar: three variables, no file; every request needs a valid token")
  void sidecar_threeVariables_protectsTheApi() throws Exception {
    try (var server = ScriptedServer.start();
        var upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
      String issuer = server.uri("").toString();
      var keys = new TestIssuer("corp", issuer, InstantSource.system(), JwsAlgorithm.ES256);
      server.on(
          "/.well-known/openid-configuration",
          ScriptedServer.json(
              "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/jwks\"}".formatted(issuer, issuer)));
      server.on("/jwks", ScriptedServer.json(keys.jwks()));
      int port = GatewayProcess.freePort();
      var variables =
          Map.of(
              "BEARWARD_ISSUER",
              issuer,
              "BEARWARD_AUDIENCE",
              TestIssuer.AUDIENCE,
              "BEARWARD_UPSTREAM",
              "http://127.0.0.1:" + upstream.port(),
              "BEARWARD_LISTEN",
              "127.0.0.1:" + port,
              "BEARWARD_ADMIN",
              "127.0.0.1:0");
      try (var gateway = GatewayProcess.start(directory, List.of(), variables, "run");
          var client = HttpClient.newHttpClient()) {
        gateway.awaitOutput("listening on", Duration.ofSeconds(60));
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/any/path"));
        assertThat(status(client, request)).isEqualTo(401);
        request.header("Authorization", keys.token().bearer());
        assertThat(status(client, request)).isEqualTo(200);
        assertThat(upstream.conversations().getFirst().received())
            .startsWith("GET /any/path HTTP/1.1")
            .doesNotContainIgnoringCase("authorization");
      }
    }
  }

  private static int status(HttpClient client, HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
  }
}
