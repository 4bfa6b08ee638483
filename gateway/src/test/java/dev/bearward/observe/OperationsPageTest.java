package dev.bearward.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page docs/operations.md says what the code does. */
class OperationsPageTest {
  private static final Pattern NAME = Pattern.compile("`((?:jvm|process|system)_[a-z_]+)`");

  private static String page() throws IOException {
    return Files.readString(Path.of("..", "docs", "operations.md"));
  }

  @Test
  void metrics_tableAndCode_agree() throws IOException {
    List<String> table = page().lines().filter(line -> line.startsWith("| `bearward_")).toList();

    assertThat(table)
        .containsExactlyElementsOf(
            Stream.of(Metric.values()).map(OperationsPageTest::row).toList());
  }

  private static String row(Metric metric) {
    String labels =
        String.join(", ", metric.labels().stream().map(label -> "`" + label + "`").toList());
    return "| `%s` | %s | %s | %s |"
        .formatted(metric.exposed(), metric.kind().type(), labels, metric.help());
  }

  @Test
  void metrics_ofTheProcess_areInAScrape() throws IOException {
    try (var meters = new Meters("1", "c")) {
      var names = Scrape.read(meters.scrape(null).text()).families().keySet();

      assertThat(NAME.matcher(page()).results().map(result -> result.group(1)))
          .hasSizeGreaterThan(8)
          .allMatch(names::contains);
    }
  }

  @Test
  void accessLog_everyField_isExplained() throws IOException {
    String page = page();
    for (Field field : Field.FIXED) {
      assertThat(page).contains("`" + field.name() + "`");
    }
  }
}
