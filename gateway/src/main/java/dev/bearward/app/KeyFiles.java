package dev.bearward.app;

import dev.bearward.config.GatewaySettings;
import dev.bearward.jwks.KeySetSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Files of key sets that somebody named on the command line. */
public final class KeyFiles {
  private KeyFiles() {}

  /**
   * The file of each issuer that has one.
   *
   * @param named {@code ISSUER=FILE}; or {@code FILE}, for every issuer that is not named
   * @throws IllegalArgumentException when there is no such issuer, or two files for one
   */
  public static Map<String, Path> of(GatewaySettings settings, List<String> named) {
    List<String> issuers = settings.keySets().stream().map(KeySetSettings::issuerName).toList();
    var files = new HashMap<String, Path>();
    Path others = null;
    for (String name : named) {
      int equals = name.indexOf('=');
      boolean plain = equals < 1 || Files.exists(Path.of(name));
      if (plain && others != null) {
        throw new IllegalArgumentException(
            "--keys: " + name + " (expected: one file without an issuer's name)");
      }
      if (plain) {
        others = Path.of(name);
      } else {
        put(files, issuers, name.substring(0, equals), Path.of(name.substring(equals + 1)));
      }
    }
    if (others != null) {
      for (String issuer : issuers) {
        files.putIfAbsent(issuer, others);
      }
    }
    return Map.copyOf(files);
  }

  private static void put(Map<String, Path> files, List<String> issuers, String issuer, Path file) {
    if (!issuers.contains(issuer)) {
      throw new IllegalArgumentException(
          "--keys: " + issuer + " (expected: FILE, or ISSUER=FILE with one of " + issuers + ")");
    }
    if (files.put(issuer, file) != null) {
      throw new IllegalArgumentException("--keys: " + issuer + " (expected: one file)");
    }
  }
}
