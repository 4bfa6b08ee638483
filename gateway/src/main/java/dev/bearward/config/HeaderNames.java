package dev.bearward.config;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of header fields. */
final class HeaderNames {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'+.^_`|~0-9A-Za-z-]{1,64}");
  // Underscores and the like are read as hyphens by some upstreams (rule 124).
  private static final Pattern OWN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,63}");
  private static final Set<String> TAKEN =
      Set.of(
          "accept-encoding",
          "authorization",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "cookie",
          "date",
          "expect",
          "forwarded",
          "host",
          "http2-settings",
          "keep-alive",
          "max-forwards",
          "origin",
          "range",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "via");
  private static final Set<String> TAKEN_FAMILIES =
      Set.of("access-control-", "proxy-", "sec-", "x-forwarded-");

  private HeaderNames() {}

  /** A field the gateway writes: none that HTTP itself or the forwarding needs. */
  static @Nullable String own(Value value) {
    String expected = "a header name of letters, digits and hyphens that has no meaning of its own";
    String name = value.text(OWN, expected);
    if (name == null || isOwn(name)) {
      return name;
    }
    value.refuse(expected);
    return null;
  }

  static boolean isOwn(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return OWN.matcher(name).matches()
        && !TAKEN.contains(lower)
        && TAKEN_FAMILIES.stream().noneMatch(lower::startsWith);
  }

  /** Any field name but {@code *}, which in CORS never covers Authorization (rule 166). */
  static @Nullable String any(Value value) {
    return value.text(TOKEN, "a header name");
  }
}
