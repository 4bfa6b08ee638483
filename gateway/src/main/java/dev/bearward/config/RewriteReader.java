package dev.bearward.config;

import dev.bearward.http.Authority;
import dev.bearward.http.CanonicalPath;
import dev.bearward.route.PathPattern;
import dev.bearward.route.Rewrite;
import org.jspecify.annotations.Nullable;

/** What a route changes of path and host on their way upstream. */
final class RewriteReader {
  private static final String PREFIX =
      "a canonical path such as /api, without a slash at its end and without {name} and *";
  private static final String HOST = "a host such as legacy.internal, with a port or without";

  private RewriteReader() {}

  /**
   * Reads it.
   *
   * @param path the route's, or null when that has a problem of its own
   */
  static @Nullable Rewrite read(Value value, @Nullable PathPattern path) {
    Section rewrite = value.section(Keys.REWRITE);
    if (rewrite == null) {
      return null;
    }
    CanonicalPath strip = rewrite.orNull("stripPrefix", RewriteReader::prefix);
    CanonicalPath add = rewrite.orNull("addPrefix", RewriteReader::prefix);
    Authority host = rewrite.orNull("host", RewriteReader::host);
    if (strip != null && path != null && !path.beginsWith(strip)) {
      rewrite.report(
          "stripPrefix",
          "%s (expected: what path %s begins with, whole segments of it)".formatted(strip, path));
    }
    if (!rewrite.has("stripPrefix") && !rewrite.has("addPrefix") && !rewrite.has("host")) {
      value.report("nothing (expected: stripPrefix, addPrefix, host)");
    }
    return Rewrite.of(strip, add, host);
  }

  private static @Nullable CanonicalPath prefix(Value value) {
    String text = value.text(PREFIX);
    if (text == null) {
      return null;
    }
    boolean fit = text.indexOf('*') < 0 && !text.endsWith("/");
    if (fit
        && CanonicalPath.parse(text) instanceof CanonicalPath.Canonical(CanonicalPath path)
        && path.value().equals(text)) {
      return path;
    }
    value.refuse(PREFIX);
    return null;
  }

  private static @Nullable Authority host(Value value) {
    String text = value.text(HOST);
    if (text == null) {
      return null;
    }
    return switch (Authority.parse(text)) {
      case Authority.Valid(Authority authority) -> authority;
      case Authority.Invalid _ -> {
        value.refuse(HOST);
        yield null;
      }
    };
  }
}
