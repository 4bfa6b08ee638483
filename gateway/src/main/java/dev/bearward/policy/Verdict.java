package dev.bearward.policy;

import dev.bearward.http.Reason;

/** Whether a token meets what a route demands. */
public sealed interface Verdict {
  /** It does. */
  Met MET = new Met();

  /** It does; see {@link #MET}. */
  record Met() implements Verdict {}

  /**
   * It does not.
   *
   * @param reason the first demand that was not met
   * @param missing key of that demand, or the claim it speaks of; never a value of the token
   */
  record Unmet(Reason reason, String missing) implements Verdict {}
}
