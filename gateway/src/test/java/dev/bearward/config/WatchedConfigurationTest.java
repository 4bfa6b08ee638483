package dev.bearward.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is read again: what counts as a change, and what does not. */
class WatchedConfigurationTest {
  private static final String YAML =
      """
      upstreams: {app: "http://127.0.0.1:1"}
      routes: [{name: "${file:name}", path: /, upstream: app, public: true}]
      """;

  @TempDir private Path folder;
  private Path file;
  private WatchedConfiguration watched;

  @BeforeEach
  void writeFiles() throws IOException {
    file = Files.writeString(folder.resolve("bearward.yaml"), YAML);
    Files.writeString(folder.resolve("name"), "first");
    watched = new WatchedConfiguration(file, Surroundings.ofProcess());
  }

  private String routeName() {
    return switch (watched.read()) {
      case Reading.Loaded(GatewaySettings settings, var _, var _) ->
          settings.routes().getFirst().route().name();
      case Reading.Rejected(var problems) -> "rejected: " + problems;
    };
  }

  @Test
  @DisplayName("nothing has changed until a file has other bytes; the same bytes anew are none")
  void changed_byContent() throws IOException {
    assertThat(routeName()).isEqualTo("first");
    assertThat(watched.changed()).isFalse();
    Files.writeString(file, YAML);
    assertThat(watched.changed()).isFalse();
    Files.writeString(file, YAML + "# more\n");
    assertThat(watched.changed()).isTrue();
    assertThat(routeName()).isEqualTo("first");
    assertThat(watched.changed()).isFalse();
  }

  @Test
  @DisplayName("a file that a value comes from counts, also when it was not there at the last look")
  void changed_byReferencedFile() throws IOException {
    Files.delete(folder.resolve("name"));
    assertThat(routeName()).startsWith("rejected").contains("name");
    assertThat(watched.changed()).isFalse();
    Files.writeString(folder.resolve("name"), "second");
    assertThat(watched.changed()).isTrue();
    assertThat(routeName()).isEqualTo("second");
  }

  @Test
  @DisplayName("a file that is gone is a change, and no configuration")
  void changed_byDeletion() throws IOException {
    assertThat(routeName()).isEqualTo("first");
    Files.delete(file);
    assertThat(watched.changed()).isTrue();
    assertThat(routeName()).contains("the file does not exist");
  }

  @Test
  @DisplayName("a key file of which only the first byte is needed counts as a whole")
  void changed_behindTheFirstByte() throws IOException {
    Path keys = Files.writeString(folder.resolve("keys.json"), "{\"keys\":[]}");
    Files.writeString(
        file,
        YAML + "issuers: [{issuer: \"https://i.example/\", audience: a, keys: {file: keys.json}}]");
    assertThat(routeName()).isEqualTo("first");
    assertThat(watched.changed()).isFalse();
    Files.writeString(keys, "{\"keys\": []}");
    assertThat(watched.changed()).isTrue();
  }

  @Test
  @DisplayName("what can be read once only never changes, and is not read again")
  void stream_neverChanges() {
    var pipe = new WatchedConfiguration(Path.of("/dev/null"), Surroundings.ofProcess());
    assertThat(pipe.read()).isInstanceOf(Reading.Rejected.class);
    assertThat(pipe.isRereadable()).isFalse();
    assertThat(pipe.changed()).isFalse();
    assertThat(watched.isRereadable()).isTrue();
  }
}
