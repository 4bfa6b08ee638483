package dev.bearward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.TestIdentity;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code bearward explain} as a user calls it. */
class ExplainCommandTest {
  private static final TestIssuer ISSUER = TestIssuer.simple();

  @TempDir Path directory;

  private record Ran(int exit, String out, String err) {}

  private Ran explain(String... options) throws IOException {
    return explainIn(yaml(""), options);
  }

  private Ran explainIn(String yaml, String... options) throws IOException {
    var arguments = new ArrayList<>(List.of("explain", "-c", file("gateway.yaml", yaml)));
    arguments.addAll(List.of(options));
    var out = new StringWriter();
    var err = new StringWriter();
    CommandLine line = Bearward.commandLine();
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exit = line.execute(arguments.toArray(String[]::new));
    return new Ran(exit, out.toString(), err.toString());
  }

  private static String yaml(String more) {
    return """
    issuers:
      - name: test
        issuer: "%s"
        audience: "appointments:api"
    %s
    upstreams: {app: "http://127.0.0.1:7002"}
    routes:
      - {path: /api/**, upstream: app, require: {}}
    """
        .formatted(ISSUER.issuer(), more);
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }

  private String keys() throws IOException {
    return file("keys.json", ISSUER.jwks());
  }

  private String token(TestToken token) throws IOException {
    return file("token", token.sign() + "\n");
  }

  @Test
  @DisplayName("a good token with its keys is let through; nothing of it is printed")
  void explain_goodToken_isLetThrough() throws IOException {
    String token = ISSUER.token().sign();
    Ran ran =
        explain("--request", "GET /api/1", "--token-file", file("t", token), "--keys", keys());
    assertThat(ran.exit()).isEqualTo(Exit.FINE);
    assertThat(ran.out())
        .contains("let through to upstream app (127.0.0.1:7002)")
        .containsPattern("pass +unknown_key +kid ES256: found")
        .containsPattern("not judged +rate_limited");
    assertThat(List.of(token.split("\\.", -1)))
        .noneMatch(part -> ran.out().contains(part) || ran.err().contains(part));
  }

  @Test
  @DisplayName("--header 'Authorization: …' does as well as --token-file")
  void explain_tokenInHeader_isTheSame() throws IOException {
    String header = "Authorization: " + ISSUER.token().bearer();
    assertThat(explain("--request", "GET /api/1", "--header", header, "--keys", keys()).out())
        .contains("let through");
  }

  @Test
  @DisplayName("--token-file - reads the standard input")
  void explain_dash_readsStandardInput() throws IOException {
    InputStream before = System.in;
    try {
      byte[] token = ISSUER.token().sign().getBytes(StandardCharsets.UTF_8);
      System.setIn(new ByteArrayInputStream(token));
      assertThat(explain("--request", "GET /api/1", "--token-file", "-", "--keys", keys()).out())
          .contains("let through");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  @DisplayName("refused is explained too: exit code 0, the response in full")
  void explain_refused_isFine() throws IOException {
    Ran ran = explain("--request", "GET /api/1");
    assertThat(ran.exit()).isEqualTo(Exit.FINE);
    assertThat(ran.out())
        .containsPattern("FAIL +no_token")
        .contains("not reached bad_signature")
        .contains("refused: no_token")
        .contains("HTTP/1.1 401 Unauthorized\n")
        .contains("\"reason\":\"no_token\"");
  }

  @Test
  @DisplayName("without keys nothing is fetched: keys_unavailable, and the hint")
  void explain_noKeys_hintsAtTheOption() throws IOException {
    assertThat(explain("--request", "GET /api/1", "--token-file", token(ISSUER.token())).out())
        .containsPattern("FAIL +keys_unavailable +no key of issuer test")
        .contains("--keys FILE");
  }

  @Test
  @DisplayName("--at is the time of the whole decision, and of its response")
  void explain_at_decidesByThatTime() throws IOException {
    String token =
        token(
            ISSUER
                .token()
                .issuedAt(Instant.parse("2026-01-01T00:00:00Z"))
                .expiresAt(Instant.parse("2026-01-01T01:00:00Z")));
    String[] common = {"--request", "GET /api/1", "--token-file", token, "--keys", keys(), "--at"};
    assertThat(explain(with(common, "2026-01-01T00:59:00Z")).out()).contains("let through");
    assertThat(explain(with(common, "1767229200")).out()).contains("let through");
    assertThat(explain(with(common, "2026-01-01T02:00:31+01:00")).out())
        .containsPattern("FAIL +expired +exp 2026-01-01T01:00:00Z was 31 s ago .clockSkew 30 s.")
        .contains("date: Thu, 01 Jan 2026 01:00:31 GMT");
  }

  private static String[] with(String[] common, String last) {
    var all = new ArrayList<>(List.of(common));
    all.add(last);
    return all.toArray(String[]::new);
  }

  @Test
  @DisplayName("the key set that a gateway saved serves, as long as it is not too old")
  void explain_savedKeys_serveUntilTheyAreStale() throws IOException {
    String saved =
        ISSUER
            .jwks()
            .replaceFirst(
                "\\{",
                "{\"issuer\":\"%s\",\"fetchedAt\":\"%s\","
                    .formatted(ISSUER.issuer(), Instant.now()));
    String yaml = yaml("    refresh: {persist: saved.json, staleFor: 2h}");
    file("saved.json", saved);
    String token = token(ISSUER.token());
    assertThat(explainIn(yaml, "--request", "GET /api/1", "--token-file", token).out())
        .contains("let through");
    String late = Instant.now().plusSeconds(3 * 3600).toString();
    assertThat(
            explainIn(yaml, "--request", "GET /api/1", "--token-file", token, "--at", late).out())
        .containsPattern("FAIL +keys_unavailable");
  }

  @Test
  @DisplayName("a saved revocation counts, and its file is left as it is")
  void explain_savedRevocation_isSeen() throws IOException {
    String revoked =
        "{\"version\":1,\"revocations\":[{\"jti\":\"one\",\"expiresAt\":\"2999-01-01T00:00:00Z\"}]}";
    String file = file("revoked.json", revoked);
    String yaml = yaml("") + "revocation: {persist: revoked.json}\n";
    String token = token(ISSUER.token().claim("jti", "one"));
    assertThat(
            explainIn(yaml, "--request", "GET /api/1", "--token-file", token, "--keys", keys())
                .out())
        .containsPattern("FAIL +revoked")
        .contains("refused: revoked");
    assertThat(Path.of(file)).hasContent(revoked);
  }

  @Test
  @DisplayName("--keys ISSUER=FILE is that issuer's alone")
  void explain_keysOfAnotherIssuer_areNotTried() throws IOException {
    String yaml = yaml("  - {name: other, issuer: \"https://other.example/\", audience: \"a\"}");
    String token = token(ISSUER.token());
    String[] common = {"--request", "GET /api/1", "--token-file", token, "--keys"};
    assertThat(explainIn(yaml, with(common, "other=" + keys())).out())
        .containsPattern("FAIL +keys_unavailable");
    assertThat(explainIn(yaml, with(common, "test=" + keys())).out()).contains("let through");
  }

  @Test
  @DisplayName("--client-certificate: the thumbprint is the certificate's")
  void explain_clientCertificate_isRead() throws IOException {
    String pem = file("client.pem", TestIdentity.authority("client").pem());
    Ran ran = explain("--request", "GET /api/1", "--client-certificate", pem);
    assertThat(ran.exit()).isEqualTo(Exit.FINE);
    assertThat(explain("--request", "GET /api/1", "--client-certificate", keys()))
        .satisfies(problem -> {
          assertThat(problem.exit()).isEqualTo(Exit.PROBLEM);
          assertThat(problem.err()).contains("expected: a certificate in PEM");
        });
  }

  @ParameterizedTest
  @DisplayName("wrong usage: exit code 2, and the option by its name")
  @CsvSource({
    "--request, GET",
    "--request, 'GET /a\r\nX: y'",
    "--header, no-colon",
    "--at, yesterday",
    "--keys, nobody=keys.json",
    "--unknown, 1"
  })
  void explain_wrongUsage_isSaid(String option, String value) throws IOException {
    Ran ran =
        option.equals("--request")
            ? explain(option, value)
            : explain("--request", "GET /api/1", option, value);
    assertThat(ran.exit()).isEqualTo(Exit.USAGE);
    assertThat(ran.err()).contains(option);
  }

  @Test
  @DisplayName("two tokens are wrong usage")
  void explain_tokenTwice_isWrongUsage() throws IOException {
    String header = "Authorization: " + ISSUER.token().bearer();
    String file = token(ISSUER.token());
    Ran ran = explain("--request", "GET /api/1", "--header", header, "--token-file", file);
    assertThat(ran.exit()).isEqualTo(Exit.USAGE);
    assertThat(ran.err()).contains("--token-file").doesNotContain("eyJ");
  }

  @Test
  @DisplayName("two files of keys for one issuer are wrong usage")
  void explain_keysTwice_isWrongUsage() throws IOException {
    String keys = keys();
    assertThat(explain("--request", "GET /a", "--keys", keys, "--keys", keys).exit())
        .isEqualTo(Exit.USAGE);
    assertThat(
            explain("--request", "GET /a", "--keys", "test=" + keys, "--keys", "test=" + keys)
                .exit())
        .isEqualTo(Exit.USAGE);
  }

  @Test
  @DisplayName("files that cannot be used: exit code 1, the file and what was expected")
  void explain_badFiles_areProblems() throws IOException {
    String bad = file("bad", "two\nlines");
    assertThat(explain("--request", "GET /a", "--token-file", bad))
        .satisfies(ran -> {
          assertThat(ran.exit()).isEqualTo(Exit.PROBLEM);
          assertThat(ran.err()).contains(bad).contains("expected: one token on one line");
        });
    String absent = directory.resolve("absent").toString();
    assertThat(explain("--request", "GET /a", "--token-file", absent))
        .satisfies(ran -> {
          assertThat(ran.exit()).isEqualTo(Exit.PROBLEM);
          assertThat(ran.err()).contains(absent);
        });
    assertThat(explain("--request", "GET /a", "--keys", bad))
        .satisfies(ran -> {
          assertThat(ran.exit()).isEqualTo(Exit.PROBLEM);
          assertThat(ran.err()).contains(bad).contains("JWK set");
        });
    assertThat(explain("--request", "GET /a", "--keys", file("none.json", "{\"keys\":[]}")).err())
        .contains("expected: at least one");
    assertThat(explainIn("issuers: 1", "--request", "GET /a").exit()).isEqualTo(Exit.PROBLEM);
  }

  @Test
  @DisplayName("control characters are escaped")
  void explain_controlsInClaims_areEscaped() throws IOException {
    String token = token(ISSUER.token().claim("aud", "a\u001b[31m"));
    assertThat(explain("--request", "GET /api/1", "--token-file", token, "--keys", keys()).out())
        .contains("\\u001b[31m")
        .doesNotContain("\u001b");
  }

  @Test
  void help_listsExplain() {
    assertThat(Bearward.commandLine().getUsageMessage()).contains("explain");
  }
}
