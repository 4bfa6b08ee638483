package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.config.Surroundings;
import dev.bearward.config.WatchedConfiguration;
import dev.bearward.observe.Meters;
import dev.bearward.server.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Look by look: when a changed file is used, and when a bad one is told. */
class ReloaderTest {
  private static final String GOOD =
      """
      upstreams: {app: "http://127.0.0.1:1"}
      routes: [{path: /, upstream: app, public: true}]
      """;

  @TempDir private Path folder;
  private final Meters meters = new Meters("test", "test");
  private final CapturedLog log = CapturedLog.of(Reloader.class.getName());
  private Path file;
  private Reloader reloader;
  private int changes;
  private @Nullable String unusable;

  @BeforeEach
  void startWithGoodFile() throws IOException {
    file = Files.writeString(folder.resolve("bearward.yaml"), GOOD);
    var configuration = new WatchedConfiguration(file, Surroundings.ofProcess());
    configuration.read();
    reloader =
        new Reloader(
            configuration,
            _ -> {
              if (unusable != null) {
                throw new IOException(unusable);
              }
              changes++;
              return List.of();
            },
            meters.configuration());
  }

  @AfterEach
  void closeLog() {
    log.close();
    meters.close();
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
  }

  private double failed() {
    return meters
        .scrape(null)
        .text()
        .lines()
        .filter(line -> line.startsWith("bearward_config_reloads_total{outcome=\"failed\"}"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf('}') + 1)))
        .sum();
  }

  @Test
  @DisplayName("a file that did not change is not used again")
  void look_unchanged_doesNothing() {
    reloader.look();
    reloader.look();
    assertThat(changes).isZero();
    assertThat(log.lines()).isEmpty();
  }

  @Test
  @DisplayName("a file half written at one look and whole at the next was never bad")
  void look_halfWritten_isNoFault() throws IOException {
    write(GOOD.substring(0, 50));
    reloader.look();
    write(GOOD + "# whole\n");
    reloader.look();
    reloader.look();
    assertThat(changes).isOne();
    assertThat(log.lines()).isEmpty();
    assertThat(failed()).isZero();
  }

  @Test
  @DisplayName("a bad file is told once for each content, not at each look")
  void look_bad_isToldOnce() throws IOException {
    write(GOOD + "routs: []\n");
    for (int i = 0; i < 5; i++) {
      reloader.look();
    }
    assertThat(log.lines()).hasSize(2);
    assertThat(log.lines().getFirst()).startsWith(file + ":3:1: routs: ");
    write(GOOD + "\nrouts: []\n");
    reloader.look();
    reloader.look();
    assertThat(log.lines()).hasSize(4);
    assertThat(failed()).isEqualTo(2);
    assertThat(changes).isZero();
  }

  @Test
  @DisplayName("back to what is in use after a bad file: used again, which says that all is well")
  void look_badThenAsBefore_isUsed() throws IOException {
    write("bad");
    reloader.look();
    reloader.look();
    write(GOOD);
    reloader.look();
    assertThat(changes).isOne();
  }

  @Test
  @DisplayName("what shows only when it is put to use is a bad file too")
  void look_unusable_isToldToo() throws IOException {
    unusable = "ca.pem holds nothing";
    write(GOOD + "# new\n");
    reloader.look();
    reloader.look();
    assertThat(log.lines().getFirst()).isEqualTo(file + ": ca.pem holds nothing");
    assertThat(failed()).isOne();
  }
}
