package dev.bearward.config;

import static dev.bearward.config.Readings.BASE;
import static dev.bearward.config.Readings.lines;
import static dev.bearward.config.Readings.loaded;
import static dev.bearward.config.Readings.problems;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.server.ServerSettings;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTest {
  private static ServerSettings server(String block) {
    return loaded("server: " + block + "\n" + BASE).server();
  }

  private static List<String> server(byte[] bytes) {
    return lines(new Configuration(new FakeSurroundings()).read("test.yaml", null, bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"on", "off", "no", "yes", "y", "n", "0x", "1_000", "12:30:45", "=", "0b1"})
  @DisplayName("what YAML 1.1 made a boolean or a number is a text in the core schema")
  void read_coreSchema_texts(String word) {
    assertThat(server("{realm: " + word + "}").realm()).isEqualTo(word);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"true", "False", "1", "010", "0o17", "0x1F", "1e3", ".5", "-.inf", ".nan"})
  @DisplayName("what the core schema makes a boolean or a number is no text without quotes")
  void read_coreSchema_notTexts(String word) {
    assertThat(problems("server: {realm: " + word + "}\n" + BASE))
        .containsExactly(
            "1:17: server.realm: "
                + word
                + " (expected: printable ASCII without \" and \\, at most 128 characters; in"
                + " quotes, since YAML reads this as no text)");
    assertThat(server("{realm: '" + word + "'}").realm()).isEqualTo(word);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "~", "null", "Null", "NULL"})
  @DisplayName("nothing is nothing, in all its spellings")
  void read_null_rejects(String word) {
    assertThat(problems("server: {realm: " + word + "}\n" + BASE))
        .singleElement()
        .asString()
        .contains("server.realm: nothing (expected: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0100", "0o144", "0x64", "1e2", "+100", "100.0", "1_00", "9999999999999"})
  @DisplayName("whole numbers are plain decimal digits")
  void read_numbersThatReadersDisagreeAbout_rejects(String number) {
    assertThat(problems("server: {limits: {headerCount: " + number + "}}\n" + BASE))
        .containsExactly(
            "1:32: server.limits.headerCount: "
                + number
                + " (expected: a whole number, 10 to 1000)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "True", "TRUE"})
  @DisplayName("booleans of the core schema in their three spellings")
  void read_booleans(String word) {
    assertThat(
            loaded(BASE.replace("require: {}", "require: {}, catchesRest: " + word))
                .routes()
                .getFirst()
                .route()
                .catchesRest())
        .isTrue();
  }

  @Test
  @DisplayName("durations and sizes in all units, quoted or not")
  void read_units() {
    ServerSettings settings =
        server(
            "{timeouts: {header: 500ms, body: '45s', idle: 2h, webSocketIdle: 3h, drain: 10m},"
                + " limits: {requestLine: 2000B, headers: 64KiB}}");

    assertThat(settings.timeouts())
        .isEqualTo(
            new ServerSettings.Timeouts(
                Duration.ofMillis(500),
                Duration.ofSeconds(45),
                Duration.ofHours(2),
                Duration.ofHours(3),
                Duration.ofMinutes(10)));
    assertThat(settings.limits().requestLine()).isEqualTo(2000);
    assertThat(settings.limits().headers()).isEqualTo(65_536);
    assertThat(loaded("tokenCache: {maxBytes: 1GiB}\n" + BASE).tokenCache().maxBytes())
        .isEqualTo(1L << 30);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# only a comment\n", "---\n", "\ufeff"})
  @DisplayName("an empty file is a problem that says what a file holds")
  void read_empty_rejects(String yaml) {
    assertThat(problems(yaml)).singleElement().asString().contains("nothing (expected: ");
  }

  @Test
  @DisplayName("anchors, aliases and tags are refused, each where it stands")
  void read_anchorsAliasesTags_rejects() {
    assertThat(
            problems(
                """
                server: &s {realm: !!str a}
                admin: *s
                upstreams: !x {app: "http://a"}
                routes: [{path: /, upstream: app, public: !!bool true}, *s, {*s : x}]
                """))
        .containsExactly(
            "1:9: server: an anchor (expected: none)",
            "1:20: server.realm: a tag (expected: none)",
            "2:8: admin: an alias (expected: the value itself, written out)",
            "3:12: upstreams: a tag (expected: none)",
            "4:43: routes[0].public: a tag (expected: none)",
            "4:57: routes[1]: an alias (expected: the value itself, written out)",
            "4:61: routes[2].path: missing (expected: a path such as /api/**)",
            "4:61: routes[2].upstream: missing (expected: the name of an upstream)",
            "4:61: routes[2]: neither require nor public (expected: require, or public: true)",
            "4:62: routes[2]: an alias (expected: the value itself, written out)");
  }

  @Test
  @Timeout(60)
  @DisplayName("a billion laughs are refused at the first of them")
  void read_billionLaughs_rejects() {
    var yaml = new StringBuilder("a0: &a0 [lol]\n");
    for (int i = 1; i < 40; i++) {
      String before = "*a" + (i - 1);
      yaml.append("a%d: &a%d [%s]\n".formatted(i, i, String.join(",", before, before, before)));
    }

    assertThat(problems(yaml.toString()))
        .contains(
            "2:5: a1: an anchor (expected: none)",
            "2:10: a1[0]: an alias (expected: the value itself, written out)");
  }

  @Test
  @DisplayName("a key that stands twice is refused, at its second place")
  void read_duplicateKeys_rejects() {
    assertThat(
            problems(
                """
                server: {realm: a, realm: b}
                issuers: [{issuer: "https://idp.example", audience: api}]
                upstreams: {app: "http://127.0.0.1:7002", "app": "http://127.0.0.1:7003"}
                routes: [{path: /**, upstream: app, require: {}}]
                server: {}
                """))
        .containsExactly(
            "1:20: server.realm: stands twice (expected: once)",
            "3:43: upstreams.app: stands twice (expected: once)",
            "5:1: server: stands twice (expected: once)");
  }

  @Test
  @DisplayName("keys are names")
  void read_keysThatAreNoNames_rejects() {
    assertThat(problems("server: {[a]: 1, 5: 2, ~: 3, {b: c}: 4, '': 5, true: 6}\n" + BASE))
        .containsExactly(
            "1:10: server: a list of 1 as a key (expected: a name)",
            "1:18: server: 5 as a key (expected: a name)",
            "1:24: server: nothing as a key (expected: a name)",
            "1:30: server: a mapping as a key (expected: a name)",
            "1:41: server: \"\" as a key (expected: a name)",
            "1:48: server: true as a key (expected: a name)");
  }

  @Test
  @DisplayName("one document; a marker before it is fine, a second one and directives are not")
  void read_documents() {
    assertThat(loaded("---\n" + BASE + "...\n").upstreams()).hasSize(1);
    assertThat(problems(BASE + "---\n" + BASE))
        .containsExactly("4:1: a second document (expected: one document)");
    assertThat(problems("%YAML 1.1\n---\n" + BASE))
        .containsExactly("1:1: a directive (expected: none; the file is YAML 1.2)");
  }

  @Test
  @DisplayName("what is not YAML is told with its place")
  void read_brokenYaml_rejects() {
    assertThat(problems("server:\n\trealm: a\n"))
        .containsExactly("2:1: not YAML: a tab cannot indent (expected: spaces)");
    assertThat(problems("a: [1, 2\nb: 3\n"))
        .singleElement()
        .asString()
        .startsWith("2:2: not YAML: while parsing a flow sequence");
    assertThat(problems("a: 'b\n")).singleElement().asString().contains("not YAML: ");
    assertThat(problems("a: b: c\n")).singleElement().asString().startsWith("1:5: not YAML: ");
    assertThat(problems("a: \"\\q\"\n")).singleElement().asString().startsWith("1:6: not YAML: ");
  }

  @Test
  @Timeout(60)
  @DisplayName("deep nesting is refused while parsing, in flow and in blocks")
  void read_deepNesting_rejects() {
    String tooDeep = "nested too deeply (expected: at most 32 levels)";

    assertThat(problems("[".repeat(1_000_000))).containsExactly("1:33: not YAML: " + tooDeep);
    assertThat(problems("{a: ".repeat(200_000))).singleElement().asString().contains(tooDeep);
    assertThat(problems("- ".repeat(500_000))).singleElement().asString().contains(tooDeep);
    assertThat(problems("? ".repeat(500_000))).singleElement().asString().contains(tooDeep);
  }

  @Test
  @Timeout(60)
  @DisplayName("a file of 1 MiB is read, one byte more is refused")
  void read_largestFile() {
    String comment = "#" + "x".repeat(98) + "\n";
    String full = BASE + comment.repeat((Utf8.LARGEST_FILE - BASE.length()) / comment.length());
    full += "#".repeat(Utf8.LARGEST_FILE - full.length());

    assertThat(full.getBytes(StandardCharsets.UTF_8)).hasSize(Utf8.LARGEST_FILE);
    assertThat(loaded(full).routes()).hasSize(1);
    assertThat(problems(full + "#"))
        .containsExactly("1:1: the file is too large (expected: at most 1MiB)");
  }

  @Test
  @Timeout(60)
  @DisplayName("large files that are wrong throughout end in time")
  void read_largeNonsense_endsInTime() {
    assertThat(problems("x: y\n".repeat(50_000)).size()).isGreaterThan(49_000);
    assertThat(problems("a" + "b".repeat(1_000_000))).hasSize(1);
    var keys = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      keys.append("k").append(i).append(": ''\n");
    }
    assertThat(problems(keys.toString())).hasSize(20_002);
  }

  @Test
  @DisplayName("a byte order mark is no part of the text, nor of columns")
  void read_byteOrderMark() {
    assertThat(loaded("\ufeff" + BASE).routes()).hasSize(1);
    assertThat(problems("\ufeffserver: {x: 1}\n" + BASE))
        .singleElement()
        .asString()
        .startsWith("1:10: server.x: ");
    assertThat(problems("server: {realm: \"a\ufeffb\"}\n" + BASE))
        .containsExactly("1:19: character U+FEFF (expected: printable characters)");
  }

  @Test
  @DisplayName("what is not UTF-8 is told with its place")
  void read_otherEncodings_rejects() {
    assertThat(server("a: b\nc: \u00e9".getBytes(StandardCharsets.ISO_8859_1)))
        .containsExactly("2:4: byte 0xE9 is not UTF-8 (expected: a file in UTF-8)");
    assertThat(server(BASE.getBytes(StandardCharsets.UTF_16)))
        .containsExactly("1:1: byte 0xFE is not UTF-8 (expected: a file in UTF-8)");
    assertThat(server(BASE.getBytes(Charset.forName("UTF-16LE"))))
        .containsExactly("1:2: character U+0000 (expected: printable characters)");
    assertThat(server(new byte[] {'a', ':', (byte) 0xc3}))
        .containsExactly("1:3: byte 0xC3 is not UTF-8 (expected: a file in UTF-8)");
  }

  @Test
  @DisplayName("columns count code points, lines every kind of line break")
  void read_positions() {
    assertThat(problems("server: {realm: \"\ud83d\ude00\", x: 1}\r\nadmin: {y: 1}\r\n" + BASE))
        .extracting(line -> line.substring(0, line.indexOf(": ")))
        .containsExactly("1:17", "1:22", "2:9");
    assertThat(server("a: b\r\nc: d\re: \u0001".getBytes(StandardCharsets.UTF_8)))
        .containsExactly("3:4: character U+0001 (expected: printable characters)");
  }
}
