package dev.bearward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The one command line that is read without the general parser means the same as with it. */
class RunLineTest {

  @Test
  void of_runAlone_meansTheVariables() {
    assertThat(RunLine.of(List.of("run"))).isEqualTo(new RunLine(null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-c", "--config"})
  void of_runWithAFile_readAsTheGeneralParserDoes(String option) {
    RunLine line = RunLine.of(List.of("run", option, "some folder/a.yaml"));

    assertThat(line).isEqualTo(new RunLine(Path.of("some folder/a.yaml")));
    assertThat(parsedFile("run", option, "some folder/a.yaml"))
        .isEqualTo(Path.of("some folder/a.yaml"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "check -c a.yaml",
        "run -c",
        "run --config=a.yaml",
        "run -ca.yaml",
        "run -c a.yaml more",
        "run -c -x",
        "run -c @a.yaml",
        "run -c \"a.yaml\"",
        "run a.yaml",
        "run --help",
        "--version"
      })
  void of_anythingElse_isLeftToTheGeneralParser(String line) {
    List<String> arguments = line.isEmpty() ? List.of() : List.of(line.split(" ", -1));

    assertThat(RunLine.of(arguments)).isNull();
  }

  private static Path parsedFile(String... arguments) {
    return Bearward.commandLine()
        .parseArgs(arguments)
        .subcommand()
        .matchedOptionValue("-c", Path.of(""));
  }
}
