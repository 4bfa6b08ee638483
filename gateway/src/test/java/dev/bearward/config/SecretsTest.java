package dev.bearward.config;

import static dev.bearward.config.Readings.loaded;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  private static final String SECRET = "hunter2-hunter2-hunter2-hunter2-hunter2";

  private static final String GOOD =
      """
      admin: {token: "${ADMIN}"}
      issuers:
        - {issuer: "https://idp.example", audience: api}
        - {issuer: a, audience: api, secret: {value: "${file:secret}"}}
        - {issuer: b, audience: api, secret: {value: %s}}
      upstreams: {app: "http://127.0.0.1:7002"}
      routes: [{path: /**, upstream: app, require: {}}]
      """
          .formatted(SECRET);

  private final FakeSurroundings surroundings =
      new FakeSurroundings().variable("ADMIN", SECRET).file("secret", SECRET + "\n");

  @Test
  @DisplayName("rule 186: settings that hold secrets never print them")
  void toString_settings_hidesSecrets() {
    GatewaySettings settings = loaded(surroundings.read(GOOD));

    assertThat(settings.admin().token()).isEqualTo(SECRET);
    assertThat(settings.toString()).contains("idp.example", "(secret)").doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "admin: {token: 'hunter2'}",
        "admin: {token: [hunter2]}",
        "admin: {token: '${ADMIN} '}",
        "admin: {token: '${NONE:-hunter2'}",
        "admin: {token: 'hunter2 ${NONE}'}",
        "admin: {token: '${NONE:-hunter2${x}}'}",
        "admin: {listen: '${ADMIN}'}",
        "server: {realm: 'x${file:newlines}'}",
        "server: {listen: 'http://me:hunter2@localhost'}",
        "server: {listen: 'http://me:hunt/er2@hunter2@localhost'}",
        "server: {listen: eyJhbGciOiJub25lIn0.hunter2.hunter2}",
        "issuers: [{issuer: a, audience: b, secret: hunter2}]",
        "issuers: [{issuer: a, audience: b, secret: [hunter2]}]",
        "issuers: [{issuer: a, audience: b, secret: {value: hunter2}}]",
        "issuers: [{issuer: a, audience: b, secret: {value: hunter2!, encoding: base64url}}]",
        "issuers: [{issuer: a, audience: b, secret: {value: '${ADMIN}', encoding: hunter2}}]",
        "issuers: [{issuer: a, audience: b, keys: {inline: hunter2}}]",
        "issuers: [{issuer: a, audience: b, keys: {inline: {keys: [{k: hunter2}]}}}]",
        "issuers: [{issuer: 'https://me:hunter2@a', audience: b}]",
        "issuers: [{issuer: a, audience: b, keys: {url: 'https://me:hunter2@a'}}]",
        "issuers: [{issuer: 'https://a', audience: b, http: {proxy: 'http://me:hunter2@a:1'}}]",
        "upstreams: {app: 'http://me:hunter2@a'}",
        "password: hunter2",
        "admin: {tokn: hunter2}",
        "a: b: hunter2",
        "a: 'hunter2",
        "hunter2",
        "[hunter2]",
        "a: &hunter2\n[",
        "a: \"hunter2\\q\"",
      })
  @DisplayName("rule 186: no problem shows a secret, a password or a substituted value")
  void read_problem_hidesSecrets(String yaml) {
    surroundings.file("newlines", SECRET + "\n" + SECRET);

    List<Problem> problems = Readings.problems(surroundings.read(yaml + "\n"));

    assertThat(problems).isNotEmpty();
    assertThat(problems.toString()).doesNotContain("hunter2").doesNotContain("er2@");
  }

  @Test
  @DisplayName("rule 186: nodes never print what was substituted")
  void toString_node_hidesSubstitutedText() {
    var scalar = new Node.Scalar(Position.START, SECRET, "${ADMIN}", Node.Type.SUBSTITUTED);

    assertThat(scalar.toString()).contains("${ADMIN}").doesNotContain("hunter2");
  }
}
