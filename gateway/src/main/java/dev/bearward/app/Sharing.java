package dev.bearward.app;

import dev.bearward.binding.ReplayGuard;
import dev.bearward.cluster.Cluster;
import dev.bearward.limit.RateLimiter;
import dev.bearward.token.TokenVerifier;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * What decisions share with those of other instances; each part goes around what this instance has
 * by itself.
 *
 * @param rates requests counted
 * @param proofs proofs used
 * @param tokens refuses tokens while it cannot be known which are revoked, where that is demanded
 * @param known whether it can be known
 */
public record Sharing(
    UnaryOperator<RateLimiter> rates,
    UnaryOperator<ReplayGuard> proofs,
    UnaryOperator<TokenVerifier> tokens,
    BooleanSupplier known) {
  /** Nothing is shared. */
  public static final Sharing NONE =
      new Sharing(
          UnaryOperator.identity(), UnaryOperator.identity(), UnaryOperator.identity(), () -> true);

  static Sharing of(Cluster cluster) {
    return new Sharing(cluster::rates, cluster::proofs, cluster::tokens, cluster::known);
  }
}
