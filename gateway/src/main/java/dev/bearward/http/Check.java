package dev.bearward.http;

import org.jspecify.annotations.Nullable;

/**
 * One thing that a decision looks at in a request, and how it stands; for explanations only, the
 * decision itself never makes one.
 *
 * @param name the label of the reason that its failure has, or another word where it has none
 * @param value what decided, in words; may quote claims and other fields, never a token or a proof
 * @param setting what in the configuration it follows, or null
 */
public record Check(String name, Standing standing, String value, @Nullable Setting setting) {
  /** How a check came out. */
  public enum Standing {
    PASS,
    FAIL,
    /** A check before it failed. */
    NOT_REACHED,
    /** It depends on what only a running gateway knows. */
    NOT_JUDGED
  }

  /** What a setting belongs to. */
  public enum Owner {
    ISSUER,
    ROUTE
  }

  /**
   * A setting of the configuration.
   *
   * @param name of the issuer or the route
   * @param key inside it, dots between nested ones; empty for the whole
   */
  public record Setting(Owner owner, String name, String key) {}
}
