package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The keys that a reload names and does not follow. */
class RestartOnlyTest {
  private static final String ROUTES =
      """
      upstreams: {app: "http://127.0.0.1:1"}
      routes: [{path: /, upstream: app, public: true}]
      """;

  private static java.util.List<String> changed(String before, String after) {
    return RestartOnly.changed(
        RunningGateway.settings(before + ROUTES), RunningGateway.settings(after + ROUTES));
  }

  @Test
  @DisplayName("what follows the file is not among them")
  void changed_otherKeys_none() {
    assertThat(
            changed(
                "",
                """
                server: {realm: x, limits: {token: 1KiB}, timeouts: {idle: 5s}}
                accessLog: {format: text}
                tokenCache: {maxBytes: 1MiB}
                """))
        .isEmpty();
  }

  @Test
  @DisplayName("each is named, and no secret is")
  void changed_restartKeys_areNamed() {
    String token = "0123456789abcdef0123";
    assertThat(
            changed(
                "",
                "server: {listen: \"127.0.0.1:1\"}\nadmin: {listen: disabled, token: "
                    + token
                    + "}\n"))
        .containsExactly(
            "server.listen: changed (expected: the same until a restart); what it was at the"
                + " start holds",
            "admin.listen: changed (expected: the same until a restart); what it was at the"
                + " start holds",
            "admin.token: changed (expected: the same until a restart); what it was at the"
                + " start holds");
  }

  @Test
  @DisplayName("HTTP/2 is offered in the handshake from the start on, so switching it off is named")
  void changed_http2_isNamed() {
    assertThat(changed("", "server: {http2: false}\n"))
        .containsExactly(
            "server.http2: changed (expected: the same until a restart); what it was at the start"
                + " holds");
  }
}
