package dev.bearward.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonTest {
  private static final Path TABLE = Path.of("..", "docs", "errors.md");

  /** Reason, status and OAuth error of each row of the page. */
  private static List<String> rows() throws IOException {
    var rows = new ArrayList<String>();
    for (String line : Files.readAllLines(TABLE)) {
      if (line.startsWith("| `")) {
        List<String> cells = List.of(line.split("\\|", -1)).stream().map(String::strip).toList();
        assertThat(cells).as(line).hasSize(7);
        assertThat(cells.get(4)).as("meaning of " + line).isNotEmpty();
        assertThat(cells.get(5)).as("what to do about " + line).isNotEmpty();
        rows.add(String.join(" ", cells.subList(1, 4)));
      }
    }
    return rows;
  }

  @Test
  @DisplayName("docs/errors.md has one row for each reason, in order")
  void errorsPage_agreesWithTheEnum() throws IOException {
    assertThat(rows())
        .containsExactlyElementsOf(
            Stream.of(Reason.values())
                .map(reason ->
                    "`%s` %d %s"
                        .formatted(
                            reason.label(),
                            reason.status(),
                            reason.oauthError() == null ? "–" : reason.oauthError()))
                .toList());
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  @DisplayName("rules 10, 15: words for people are plain and say nothing of the token")
  void detail_isPlainAscii(Reason reason) {
    assertThat(reason.detail()).matches("[ !#-\\[\\]-~]{10,100}");
    assertThat(reason.title()).matches("[A-Za-z ]+");
    assertThat(reason.label()).isEqualTo(reason.name().toLowerCase(java.util.Locale.ROOT));
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  @DisplayName("rules 7, 8: OAuth errors stand where RFC 6750 section 3.1 and RFC 9470 put them")
  void oauthError_fitsTheStatus(Reason reason) {
    String error = reason.oauthError();
    if (error != null) {
      assertThat(reason.status())
          .isEqualTo(
              switch (error) {
                case "invalid_request" -> 400;
                case "invalid_token", "insufficient_user_authentication" -> 401;
                case "invalid_dpop_proof", "use_dpop_nonce" -> 401;
                case "insufficient_scope" -> 403;
                default -> -1;
              });
    } else if (reason.status() == 401) {
      assertThat(reason).isEqualTo(Reason.NO_TOKEN);
    }
  }
}
