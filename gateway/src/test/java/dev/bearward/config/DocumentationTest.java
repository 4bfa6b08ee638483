package dev.bearward.config;

import static dev.bearward.config.Readings.problems;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/configuration.md says what the readers do: keys, defaults, ranges. */
class DocumentationTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** One row of a table of keys. */
  record Row(String key, String type, String defaultValue, String range) {
    @Override
    public String toString() {
      return key;
    }
  }

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(PAGE)) {
      List<String> cells = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
      if (cells.size() == 7 && cells.get(1).startsWith("`")) {
        rows.add(new Row(cells.get(1).replace("`", ""), cells.get(2), cells.get(3), cells.get(4)));
      }
    }
    return rows;
  }

  private static String joined(String where, String key) {
    return where.isEmpty() ? key : where + "." + key;
  }

  @Test
  @DisplayName("every key that is built is documented, and every documented key is built")
  void page_builtKeys_areTheReaders() throws IOException {
    List<String> built =
        Arrays.stream(Keys.values())
            .flatMap(keys -> keys.built().stream().map(key -> joined(keys.where(), key)))
            .toList();

    assertThat(rows().stream().map(Row::key)).containsExactlyInAnyOrderElementsOf(built);
  }

  @Test
  @DisplayName("every key that is not built yet is named as such, and no other")
  void page_keysNotBuilt_areTheReaders() throws IOException {
    String page = Files.readString(PAGE);
    String list = page.substring(page.indexOf("These keys are refused"));
    List<String> notBuilt =
        Arrays.stream(Keys.values())
            .flatMap(keys -> keys.notBuilt().stream().map(key -> joined(keys.where(), key)))
            .toList();

    assertThat(CODE.matcher(list).results().map(found -> found.group(1)))
        .containsExactlyInAnyOrderElementsOf(notBuilt);
  }

  /** Rows whose default is a value that a file can say. */
  static Stream<Row> rowsWithDefault() throws IOException {
    return rows().stream().filter(row -> CODE.matcher(row.defaultValue()).matches());
  }

  @ParameterizedTest
  @MethodSource("rowsWithDefault")
  @DisplayName("saying the documented default changes nothing")
  void page_default_isTheReaders(Row row) {
    String written = code(row.defaultValue());

    assertThat(Readings.loaded(SampleFile.with(row.key(), written)))
        .usingRecursiveComparison()
        .isEqualTo(Readings.loaded(SampleFile.without(row.key())));
  }

  @Test
  @DisplayName("all plain defaults were compared")
  void page_defaults_areMany() throws IOException {
    assertThat(rowsWithDefault().count()).isGreaterThan(40);
  }

  static Stream<Row> rowsWithRange() throws IOException {
    return rows().stream().filter(row -> !row.range().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("rowsWithRange")
  @DisplayName("a wrong value is told the documented range")
  void page_range_isTheReaders(Row row) {
    assertThat(problems(SampleFile.with(row.key(), "{}")))
        .anySatisfy(line -> assertThat(line).contains(row.range()));
  }

  private static String code(String cell) {
    Matcher matcher = CODE.matcher(cell);
    assertThat(matcher.matches()).isTrue();
    return matcher.group(1);
  }
}
