package dev.bearward.app;

import dev.bearward.access.FailureBudgets;
import dev.bearward.access.RouteCounts;
import dev.bearward.access.Waiting;
import dev.bearward.config.GatewaySettings;
import dev.bearward.limit.AddressFailures;
import dev.bearward.limit.KeyedHash;
import dev.bearward.limit.LocalRateLimiter;
import dev.bearward.server.ServerSettings.FailedVerifications;
import dev.bearward.token.IssuerSettings;
import java.security.SecureRandom;
import java.util.List;

/**
 * What decisions know from requests before them. It passes from one configuration to the next as
 * far as it means the same there; what does not begins anew.
 *
 * @param jwts JWTs verified
 * @param failures bad tokens and proofs by client address
 * @param bound proofs of possession used
 * @param waiting places of requests that wait for a decision
 * @param counts what the limits of routes count
 * @param basis what some of these were made of
 */
record DecisionMemory(
    VerifiedJwts jwts,
    FailureBudgets failures,
    BoundTokens bound,
    Waiting waiting,
    RouteCounts counts,
    Basis basis) {
  /**
   * Settings that counts rest on.
   *
   * @param pending most requests that wait; of the start, whatever is configured later
   */
  record Basis(FailedVerifications failures, List<String> issuers, int pending) {
    static Basis of(GatewaySettings settings, int pending) {
      return new Basis(
          settings.server().limits().failedVerifications(),
          settings.issuers().stream().map(IssuerSettings::name).toList(),
          pending);
    }

    FailureBudgets budgets(DecisionPoint.World world) {
      return new FailureBudgets(budget(world), budget(world));
    }

    private AddressFailures budget(DecisionPoint.World world) {
      return new AddressFailures(failures.perAddress(), failures.per(), world.nanoTime(), hash());
    }

    Waiting places() {
      return new Waiting(issuers, pending);
    }
  }

  static DecisionMemory of(GatewaySettings settings, DecisionPoint.World world) {
    Basis basis = Basis.of(settings, settings.server().limits().pending());
    return new DecisionMemory(
        VerifiedJwts.of(settings, world),
        basis.budgets(world),
        BoundTokens.of(world.clock(), world.sharing()).next(settings, world.clock()),
        basis.places(),
        RouteCounts.of(world.sharing().rates().apply(limiter(world))),
        basis);
  }

  private static LocalRateLimiter limiter(DecisionPoint.World world) {
    return new LocalRateLimiter(world.nanoTime(), hash());
  }

  private static KeyedHash hash() {
    var random = new SecureRandom();
    return new KeyedHash(random.nextLong(), random.nextLong());
  }

  DecisionMemory next(GatewaySettings settings, DecisionPoint.World world) {
    Basis next = Basis.of(settings, basis.pending());
    return new DecisionMemory(
        jwts.next(settings, world),
        next.failures().equals(basis.failures()) ? failures : next.budgets(world),
        bound.next(settings, world.clock()),
        next.issuers().equals(basis.issuers()) ? waiting : next.places(),
        counts.next(settings.routes()),
        next);
  }
}
