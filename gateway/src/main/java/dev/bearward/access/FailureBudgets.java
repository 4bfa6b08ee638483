package dev.bearward.access;

import dev.bearward.limit.FailureBudget;

/**
 * How much each client address may send that is refused. Bad proofs count among the bad tokens, and
 * apart from them as well: a flood of bad tokens must not keep those from passing whose tokens are
 * known, though each of their requests needs a proof that nobody can know.
 *
 * @param tokens for tokens that are not known
 * @param proofs for proofs of possession
 */
public record FailureBudgets(FailureBudget tokens, FailureBudget proofs) {
  /** Knows no limit. */
  public static final FailureBudgets UNLIMITED =
      new FailureBudgets(FailureBudget.UNLIMITED, FailureBudget.UNLIMITED);
}
