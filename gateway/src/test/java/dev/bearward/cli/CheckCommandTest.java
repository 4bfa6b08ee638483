package dev.bearward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.TestIssuer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code bearward check} as a user calls it. */
class CheckCommandTest {
  @TempDir Path directory;

  private record Ran(int exit, String out, String err) {}

  private Ran check(String yaml, String... options) throws IOException {
    Path file = Files.writeString(directory.resolve("bearward.yaml"), yaml);
    var out = new StringWriter();
    var err = new StringWriter();
    CommandLine line = Bearward.commandLine();
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] arguments = new String[options.length + 3];
    arguments[0] = "check";
    arguments[1] = "-c";
    arguments[2] = file.toString();
    System.arraycopy(options, 0, arguments, 3, options.length);
    return new Ran(line.execute(arguments), out.toString(), err.toString());
  }

  private static String yaml(String issuer) {
    return """
    issuers:
      - {name: corp, issuer: "%s", audience: "appointments:api"}
    upstreams: {app: "http://127.0.0.1:7002"}
    routes:
      - {path: /api/**, upstream: app, require: {}}
    """
        .formatted(issuer);
  }

  @Test
  void check_goodFile_printsTheRouteTable() throws IOException {
    Ran ran = check(yaml("https://issuer.example/"));
    assertThat(ran.exit()).isEqualTo(Exit.FINE);
    assertThat(ran.out()).contains("/api/**").contains("app");
  }

  @Test
  @DisplayName("all problems at once, each with line and column, and exit code 1")
  void check_badFile_printsAllProblems() throws IOException {
    Ran ran =
        check(
            yaml("https://issuer.example/")
                .replace("audience", "audiense")
                .replace("require", "requir"));
    assertThat(ran.exit()).isEqualTo(Exit.PROBLEM);
    assertThat(ran.err()).contains("audiense").contains("requir").containsPattern("yaml:2:\\d+");
  }

  @Test
  void check_unknownOption_isWrongUsage() throws IOException {
    assertThat(check(yaml("https://issuer.example/"), "--onlin").exit()).isEqualTo(Exit.USAGE);
  }

  @Test
  @Timeout(60) // regression: it waited for the refresh to come, ten minutes later
  @DisplayName("--online: fetches every issuer's keys and names them")
  void checkOnline_issuerAnswers_namesItsKeys() throws IOException {
    TestIssuer keys = TestIssuer.simple();
    try (var server = ScriptedServer.start()) {
      String issuer = server.uri("").toString();
      server.on(
          "/.well-known/openid-configuration",
          ScriptedServer.json(
              "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/jwks\"}".formatted(issuer, issuer)));
      server.on("/jwks", ScriptedServer.json(keys.jwks()));
      Ran ran = check(yaml(issuer), "--online");
      assertThat(ran.out()).contains("issuer corp: 1 key(s) [ES256]");
      assertThat(ran.exit()).isEqualTo(Exit.FINE);
    }
  }

  @Test
  @DisplayName("--online: an issuer without keys is a problem that says why")
  void checkOnline_issuerDown_isAProblem() throws IOException {
    try (var server = ScriptedServer.start()) {
      server.on(
          "/.well-known/openid-configuration", ScriptedServer.answer(500, null, "out of order"));
      Ran ran = check(yaml(server.uri("").toString()), "--online");
      assertThat(ran.exit()).isEqualTo(Exit.PROBLEM);
      assertThat(ran.out()).contains("issuer corp: no keys").contains("500");
    }
  }
}
