import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Links the Java runtime that ships with the gateway: {@code java Runtime.java FOLDER}. The folder
 * is made anew, for the machine and of the JDK that run this.
 */
final class Runtime {
  /** What the gateway and its libraries reach; DistributionTest runs it with nothing else. */
  private static final List<String> MODULES =
      List.of(
          "java.base",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "jdk.management",
          "jdk.net",
          "jdk.unsupported");

  /** The security providers that live in these modules. */
  private static final Set<String> PROVIDERS =
      Set.of("SUN", "SunRsaSign", "SunEC", "SunJSSE", "SunJCE");

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 1) {
      System.err.println("usage: java Runtime.java FOLDER");
      System.exit(2);
    }
    Path folder = Path.of(arguments[0]);
    delete(folder);
    Files.createDirectories(folder.toAbsolutePath().getParent());
    ToolProvider jlink =
        ToolProvider.findFirst("jlink")
            .orElseThrow(() -> new IllegalStateException("jlink: missing (expected: a JDK)"));
    int code =
        jlink.run(
            new PrintWriter(System.out, true),
            new PrintWriter(System.err, true),
            "--add-modules",
            String.join(",", MODULES),
            "--strip-debug",
            "--no-header-files",
            "--no-man-pages",
            "--compress",
            "zip-0",
            "--output",
            folder.toString());
    if (code == 0) {
      nameProvidersThatAreThere(folder.resolve("conf/security/java.security"));
    }
    System.exit(code);
  }

  /**
   * Takes out of the list those that are not: for each of them the JDK would search the class path
   * and load every provider there, which doubles the time of a start.
   */
  private static void nameProvidersThatAreThere(Path file) throws IOException {
    List<String> kept =
        Files.readAllLines(file).stream()
            .filter(
                line ->
                    !line.matches("security\\.provider\\.\\d+=.*")
                        || PROVIDERS.contains(line.substring(line.indexOf('=') + 1).strip()))
            .toList();
    Files.write(file, kept);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
