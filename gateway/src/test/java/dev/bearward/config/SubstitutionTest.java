package dev.bearward.config;

import static dev.bearward.config.Readings.BASE;
import static dev.bearward.config.Readings.lines;
import static dev.bearward.config.Readings.loaded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.policy.Requirement;
import dev.bearward.token.ClaimCondition;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.ClaimValue;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubstitutionTest {
  private final FakeSurroundings surroundings =
      new FakeSurroundings()
          .variable("NAME", "value")
          .variable("EMPTY", "")
          .variable("_x1", "1")
          .variable("YAML", "a: [b, *c] # ${NAME}")
          .file("plain", "text")
          .file("newline", "text\n")
          .file("newlines", "te\nxt\n\n")
          .file("windows", "text\r\n");

  private String substituted(String text) {
    Node root = Yaml.compose("'" + text + "'", new Problems("x"));
    var problems = new Problems("x");
    Node result =
        new Substitution(surroundings, FakeSurroundings.FOLDER, problems)
            .applied(java.util.Objects.requireNonNull(root));
    assertThat(problems.sorted()).isEmpty();
    return ((Node.Scalar) result).text();
  }

  private List<String> rejected(String realm) {
    return lines(surroundings.read("server: {realm: '" + realm + "'}\n" + BASE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      value = {
        "${NAME}                 | value",
        "a ${NAME} b ${NAME}c    | a value b valuec",
        "${NAME}${_x1}           | value1",
        "${NAME:-other}          | value",
        "${NONE:-other}          | other",
        "${EMPTY:-other}         | other",
        "a${NONE:-}b             | ab",
        "a${EMPTY}b              | ab",
        "${NONE:-a:-b}           | a:-b",
        "$${NAME}                | ${NAME}",
        "$$${NAME}               | $${NAME}",
        "$${NAME} ${NAME}        | ${NAME} value",
        "$NAME $ { $             | $NAME $ { $",
        "${YAML}                 | a: [b, *c] # ${NAME}",
        "${file:plain}           | text",
        "${file:newline}         | text",
        "${file:windows}         | text",
        "${file:/etc/bearward/plain}! | text!",
      })
  @DisplayName("variables, defaults, files and literals, never substituted or parsed again")
  void apply_forms(String written, String expected) {
    assertThat(substituted(written)).isEqualTo(expected);
  }

  @Test
  @DisplayName("of a file's newlines only the last goes")
  void apply_newlines_oneGoes() {
    assertThat(substituted("${file:newlines}")).isEqualTo("te\nxt\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "${NONE}           | ${NONE} (environment variable NONE is not set)",
        "a ${NAME} ${NONE} | ${NONE} (environment variable NONE is not set)",
        "${}               | ${} (expected: ${NAME}, ${NAME:-default} or ${file:/path})",
        "${1A}             | ${1A} (expected: ${NAME}, ${NAME:-default} or ${file:/path})",
        "${A B:-c}         | ${A B:-…} (expected: ${NAME}, ${NAME:-default} or ${file:/path})",
        "${NONE:-${NAME}}  | ${NONE:-…} (expected: a default without a substitution in it)",
        "${NAME            | ${NAME} (no closing })",
        "${file:none}      | ${file:none} (file none does not exist)",
        "${file:}          | ${file:} (expected: ${file:/path})",
      })
  @DisplayName("what cannot be substituted is a problem at its place")
  void read_badSubstitution_rejects(String written, String expected) {
    assertThat(rejected(written)).containsExactly("1:17: server.realm: " + expected);
  }

  @Test
  @DisplayName("a file that is too large or no text is a problem that names it")
  void read_badFiles_rejects() {
    surroundings
        .file("large", new byte[Substitution.LARGEST_FILE + 1])
        .file("binary", new byte[] {(byte) 0xff})
        .file("fits", "x".repeat(Substitution.LARGEST_FILE));

    assertThat(rejected("${file:large}"))
        .containsExactly(
            "1:17: server.realm: ${file:large} (file large is too large, expected: at most"
                + " 64KiB)");
    assertThat(rejected("${file:binary}"))
        .containsExactly("1:17: server.realm: ${file:binary} (file binary is not UTF-8)");
    assertThat(substituted("${file:fits}")).hasSize(Substitution.LARGEST_FILE);
  }

  @Test
  @DisplayName("a substituted value takes the type its key expects, quoted or not")
  void read_substituted_typedByKey() {
    surroundings
        .variable("COUNT", "50")
        .variable("TIME", "5s")
        .variable("TRUE", "true")
        .variable("NULL", "null")
        .variable("LIST", "[a, b]");
    GatewaySettings settings =
        loaded(
            surroundings.read(
                """
                server: {limits: {headerCount: "${COUNT}"}, timeouts: {drain: "${TIME}"}, realm: "${NULL}"}
                issuers: [{issuer: "https://idp.example", audience: "${LIST}"}]
                upstreams: {app: "http://127.0.0.1:7002"}
                routes:
                  - path: /**
                    upstream: app
                    require: {claims: [{claim: c, equals: "${TRUE}"}]}
                    catchesRest: ${TRUE}
                """));

    assertThat(settings.server().limits().headerCount()).isEqualTo(50);
    assertThat(settings.server().timeouts().drain()).hasSeconds(5);
    assertThat(settings.server().realm()).isEqualTo("null");
    assertThat(settings.issuers().getFirst().audiences()).containsExactly("[a, b]");
    assertThat(settings.routes().getFirst().route().catchesRest()).isTrue();
    assertThat(((Requirement.Token) settings.routes().getFirst().route().requirement()).claims())
        .containsExactly(new ClaimCondition.Equals(ClaimPath.of("c"), new ClaimValue.Text("true")));
  }

  @Test
  @DisplayName("a wrong value is shown as written, never as substituted")
  void read_wrongSubstitutedValue_showsWhatIsWritten() {
    surroundings.variable("COUNT", "many");

    assertThat(
            lines(
                surroundings.read(
                    "server: {limits: {headerCount: '${COUNT}'}, realm: '${file:newlines}'}\n"
                        + BASE)))
        .containsExactly(
            "1:32: server.limits.headerCount: ${COUNT} (expected: a whole number, 10 to 1000)",
            "1:52: server.realm: ${file:newlines} (expected: printable ASCII without \" and \\, at"
                + " most 128 characters)");
  }

  @Test
  @DisplayName("keys are not substituted")
  void read_substitutionInKey_isAnUnknownKey() {
    assertThat(lines(surroundings.read("'${NAME}': 1\n" + BASE)))
        .singleElement()
        .asString()
        .startsWith("1:1: ${NAME}: unknown key");
  }
}
