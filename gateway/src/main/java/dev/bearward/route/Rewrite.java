package dev.bearward.route;

import dev.bearward.http.Authority;
import dev.bearward.http.CanonicalPath;
import dev.bearward.http.PathForm;
import org.jspecify.annotations.Nullable;

/**
 * What of a matched request is changed before it goes upstream. The query never is.
 *
 * @param strippedSegments how many segments go from the beginning of the path; the route's pattern
 *     begins with as many literals
 * @param addedPrefix what then stands before the rest: a canonical path that does not end in a
 *     slash, or nothing
 * @param host what the upstream is asked for, or null for what the client asked for
 */
public record Rewrite(int strippedSegments, String addedPrefix, @Nullable Authority host) {
  /** Changes nothing. */
  public static final Rewrite NONE = new Rewrite(0, "", null);

  /**
   * Takes it as the configuration says it.
   *
   * @param stripPrefix null for nothing
   * @param addPrefix null for nothing
   */
  public static Rewrite of(
      @Nullable CanonicalPath stripPrefix,
      @Nullable CanonicalPath addPrefix,
      @Nullable Authority host) {
    int segments =
        stripPrefix == null
            ? 0
            : (int) stripPrefix.value().chars().filter(character -> character == '/').count();
    return new Rewrite(segments, addPrefix == null ? "" : addPrefix.value(), host);
  }

  /** Whether paths go upstream as they were matched. */
  public boolean keepsPath() {
    return strippedSegments == 0 && addedPrefix.isEmpty();
  }

  /**
   * The path that goes upstream, checked as if a client had sent it. Segments are counted and not
   * compared: a literal matches in more than one spelling.
   *
   * @param allowed what the path may hold
   */
  public CanonicalPath.Parsed applied(CanonicalPath path, PathForm allowed) {
    String matched = path.value();
    int from = 0;
    for (int i = 0; i < strippedSegments; i++) {
      int slash = matched.indexOf('/', from + 1);
      from = slash < 0 ? matched.length() : slash;
    }
    String changed = addedPrefix + matched.substring(from);
    return CanonicalPath.parse(changed.isEmpty() ? "/" : changed, allowed);
  }
}
