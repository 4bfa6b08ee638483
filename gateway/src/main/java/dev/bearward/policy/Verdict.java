package dev.bearward.policy;

import dev.bearward.http.Reason;

/** Whether a token meets what a route demands. */
public sealed interface Verdict {
  /** It does. */
  record Met() implements Verdict {}

  /**
   * It does not.
   *
   * @param reason the first demand that was not met
   * @param missing that demand in words of the configuration, never a value of the token
   */
  record Unmet(Reason reason, String missing) implements Verdict {}
}
