package dev.bearward.config;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads configurations. Whatever is wrong with one comes back as problems, all of them at once;
 * nothing is thrown for it, and nothing is half read.
 */
public final class Configuration {
  private static final String ONE_WAY = "expected: a file or these variables, not both)";

  private final Surroundings surroundings;

  /**
   * @param surroundings environment variables and files
   */
  public Configuration(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /**
   * Reads the file, or without one the variables {@code BEARWARD_ISSUER}, {@code
   * BEARWARD_AUDIENCE}, {@code BEARWARD_UPSTREAM}, {@code BEARWARD_LISTEN} and {@code
   * BEARWARD_ADMIN}. A file and any of those variables together are a problem, since one of the two
   * would be ignored.
   *
   * @param file what the user named, or null
   */
  public Reading load(@Nullable Path file) {
    List<String> variables = new Variables(surroundings).present();
    if (file == null) {
      return variables(variables);
    }
    if (!variables.isEmpty()) {
      return rejected(
          variables.stream()
              .map(name -> wholly(Variables.SOURCE, name, "set beside a file (" + ONE_WAY)));
    }
    try {
      byte[] bytes = surroundings.bytes(file, Utf8.LARGEST_FILE);
      return read(file.toString(), file.toAbsolutePath().getParent(), bytes);
    } catch (NoSuchFileException e) {
      return rejected(Stream.of(wholly(file.toString(), "", "the file does not exist")));
    } catch (IOException e) {
      return rejected(Stream.of(wholly(file.toString(), "", "the file cannot be read")));
    }
  }

  /**
   * Reads a file's bytes.
   *
   * @param source the file's name in problems
   * @param directory what relative file names in it are relative to; null for the working directory
   * @param yaml at most 1 MiB of UTF-8
   */
  public Reading read(String source, @Nullable Path directory, byte[] yaml) {
    var problems = new Problems(source);
    String text = Utf8.decode(yaml, problems);
    Node root = text == null ? null : Yaml.compose(text, problems);
    if (root == null) {
      if (problems.none()) {
        problems.add(Position.START, "", "nothing (expected: issuers, upstreams and routes)");
      }
      return new Reading.Rejected(problems.sorted());
    }
    return bound(root, directory == null ? Path.of("") : directory, problems);
  }

  private Reading variables(List<String> present) {
    var variables = new Variables(surroundings);
    if (present.isEmpty()) {
      String expected = "-c FILE, or BEARWARD_ISSUER, BEARWARD_AUDIENCE and BEARWARD_UPSTREAM";
      return rejected(
          Stream.of(wholly(Variables.SOURCE, "", "no configuration (expected: " + expected + ")")));
    }
    List<String> missing = variables.missing();
    if (!missing.isEmpty()) {
      String message = "missing (" + String.join(", ", present) + " set)";
      return rejected(missing.stream().map(name -> wholly(Variables.SOURCE, name, message)));
    }
    var problems = new Problems(Variables.SOURCE);
    var folder = new Folder(surroundings, Path.of(""));
    Node tree = variables.tree();
    GatewaySettings settings = new FileReader(folder).read(new Value(tree, "", problems));
    return settings != null && problems.none()
        ? new Reading.Loaded(settings, problems.warnings(), new Places(Variables.SOURCE, tree))
        : rejected(problems.sorted().stream().map(Variables::renamed));
  }

  private Reading bound(Node root, Path directory, Problems problems) {
    Node substituted = new Substitution(surroundings, directory, problems).applied(root);
    var folder = new Folder(surroundings, directory);
    var whole = new Value(substituted, "", problems);
    // A file that is one text is no configuration, and may well be somebody's secret.
    GatewaySettings settings =
        new FileReader(folder).read(whole.isMapping() ? whole : whole.secret());
    return settings != null && problems.none()
        ? new Reading.Loaded(
            settings, problems.warnings(), new Places(problems.file(), substituted))
        : new Reading.Rejected(problems.sorted());
  }

  private static Reading rejected(Stream<Problem> problems) {
    return new Reading.Rejected(problems.toList());
  }

  private static Problem wholly(String source, String path, String message) {
    return new Problem(source, 0, 0, path, message);
  }
}
