package dev.bearward.http;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A path that is canonical but for its {@link PathForm}, as those would read it who do not take it
 * for what it says: who decode {@code %2F} before they split, who take out parameters, who count
 * several slashes as one, and who do more than one of these, in whatever order.
 *
 * @param form what it holds
 * @param others every reading but the path itself
 */
record PathReadings(PathForm form, List<String> others) {
  private static final Pattern PARAMETER = Pattern.compile(";[^/]*");
  private static final Pattern SLASHES = Pattern.compile("/+");

  PathReadings {
    others = List.copyOf(others);
  }

  /** The readings of a path, or null when there is but one. */
  static @Nullable PathReadings of(String path) {
    boolean empty = path.contains("//") || path.contains("/;");
    var form = new PathForm(path.contains("%2F"), empty, path.indexOf(';') >= 0);
    if (form.equals(PathForm.STRICT)) {
      return null;
    }
    var readings = new LinkedHashSet<String>();
    for (String reading :
        List.of(path, decoded(path), bare(path), bare(decoded(path)), decoded(bare(path)))) {
      readings.add(reading);
      readings.add(SLASHES.matcher(reading).replaceAll("/"));
    }
    readings.remove(path);
    return new PathReadings(form, List.copyOf(readings));
  }

  private static String decoded(String path) {
    return path.replace("%2F", "/");
  }

  private static String bare(String path) {
    return PARAMETER.matcher(path).replaceAll("");
  }
}
