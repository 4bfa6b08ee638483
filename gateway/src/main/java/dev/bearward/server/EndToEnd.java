package dev.bearward.server;

import java.util.Locale;
import java.util.Set;

/**
 * Fields that a client must not declare hop-by-hop through Connection: removing them would change
 * what the upstream believes about the request (rule 89).
 */
final class EndToEnd {
  private static final Set<String> NAMES =
      Set.of(
          "host",
          "authorization",
          "dpop",
          "content-length",
          "content-type",
          "transfer-encoding",
          "cookie",
          "expect",
          "forwarded",
          "via",
          "client-cert",
          "client-cert-chain",
          "x-real-ip");

  private EndToEnd() {}

  /** Whether the option names such a field. */
  static boolean named(String option) {
    String name = option.toLowerCase(Locale.ROOT);
    return NAMES.contains(name) || name.startsWith("x-forwarded-");
  }
}
