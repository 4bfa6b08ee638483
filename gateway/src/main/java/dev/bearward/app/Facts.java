package dev.bearward.app;

import dev.bearward.access.IdentityHeader;
import dev.bearward.access.RatePolicy;
import dev.bearward.access.RoutePlan;
import dev.bearward.config.GatewaySettings;
import dev.bearward.policy.Requirement;
import dev.bearward.policy.StepUp;
import dev.bearward.token.ClaimCondition;
import dev.bearward.token.ClaimPath;
import java.util.HashSet;
import java.util.Set;

/** The claims that a configuration speaks of; others are not kept of a verified token. */
final class Facts {
  private Facts() {}

  static Set<ClaimPath> of(GatewaySettings settings) {
    var facts = new HashSet<ClaimPath>(settings.accessLog().claims());
    for (RoutePlan plan : settings.routes()) {
      RatePolicy rate = plan.limits().rate();
      if (rate != null && rate.by() instanceof RatePolicy.Claim(ClaimPath claim)) {
        facts.add(claim);
      }
      plan.identity().stream().map(IdentityHeader::claim).forEach(facts::add);
      switch (plan.route().requirement()) {
        case Requirement.Open _ -> {}
        case Requirement.Token token -> {
          token.claims().stream().map(ClaimCondition::claim).forEach(facts::add);
          if (token.stepUp() != null) {
            facts.addAll(StepUp.CLAIMS);
          }
        }
      }
    }
    return Set.copyOf(facts);
  }
}
