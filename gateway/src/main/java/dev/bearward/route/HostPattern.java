package dev.bearward.route;

import dev.bearward.http.Authority;

/**
 * A host of a route: one exact name, or {@code *.suffix} for every name with one or more labels
 * before the suffix, never the suffix itself (as in the Kubernetes Gateway API). Ports play no
 * part.
 *
 * @param wildcard whether labels stand before the name
 * @param name in the spelling of {@link Authority#host()}
 */
public record HostPattern(boolean wildcard, String name) {
  /** What {@link #parse} makes of a text. */
  public sealed interface Parsed {}

  /** The text is a host pattern. */
  public record Valid(HostPattern pattern) implements Parsed {}

  /** The text is none; {@code expected} says what would be. */
  public record Invalid(String expected) implements Parsed {}

  /** Reads a pattern; upper case is taken as lower case. */
  public static Parsed parse(String text) {
    boolean wildcard = text.startsWith("*.");
    Authority.Parsed name = Authority.parse(wildcard ? text.substring(2) : text);
    return switch (name) {
      case Authority.Valid(Authority a) when a.port() >= 0 -> new Invalid("a host without a port");
      case Authority.Valid(Authority a) when wildcard && !isName(a.host()) ->
          new Invalid("a name behind *.");
      case Authority.Valid(Authority a) -> new Valid(new HostPattern(wildcard, a.host()));
      case Authority.Invalid _ ->
          new Invalid("a host such as api.example.com, or *.example.com for names below it");
    };
  }

  private static boolean isName(String host) {
    return !host.endsWith("]") && !host.matches("[0-9.]+");
  }

  /** Whether a host is meant. */
  public boolean matches(String host) {
    if (!wildcard) {
      return host.equals(name);
    }
    int dot = host.length() - name.length() - 1;
    return dot > 0 && host.charAt(dot) == '.' && host.endsWith(name);
  }

  @Override
  public String toString() {
    return wildcard ? "*." + name : name;
  }
}
