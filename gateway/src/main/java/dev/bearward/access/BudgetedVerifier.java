package dev.bearward.access;

import dev.bearward.http.Reason;
import dev.bearward.limit.FailureBudget;
import dev.bearward.policy.Requirement;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.TokenVerifier;
import dev.bearward.token.TokenVerifier.Later;
import dev.bearward.token.TokenVerifier.Rejected;
import dev.bearward.token.TokenVerifier.Unavailable;
import dev.bearward.token.TokenVerifier.Verification;
import dev.bearward.token.Verified;
import java.net.InetAddress;
import java.time.Duration;

/**
 * Verifies tokens as long as the client's address has not sent too many bad ones. A token that is
 * remembered passes without a look at the budget, so users behind one address with a bad client go
 * on. Whatever else is refused counts, since it had to be read at least, and mostly to be verified.
 */
final class BudgetedVerifier {
  private final TokenVerifier verifier;
  private final FailureBudget budget;

  BudgetedVerifier(TokenVerifier verifier, FailureBudget budget) {
    this.verifier = verifier;
    this.budget = budget;
  }

  /** The same for tokens of the issuers that a route accepts. */
  BudgetedVerifier onRoute(Requirement requirement) {
    return switch (requirement) {
      case Requirement.Open _ -> this;
      case Requirement.Token token ->
          new BudgetedVerifier(verifier.onRoute(token.issuers()), budget);
    };
  }

  Verification verify(InetAddress client, BearerCredentials.Token token) {
    Verification known = verifier.recall(token);
    if (known != null) {
      return known;
    }
    Duration delay = budget.delay(client);
    return delay == null
        ? counted(client, verifier.verify(token))
        : new Unavailable(Reason.RATE_LIMITED, delay);
  }

  private Verification counted(InetAddress client, Verification found) {
    return switch (found) {
      case Verified good -> good;
      case Rejected rejected -> {
        budget.failed(client);
        yield rejected;
      }
      case Unavailable unavailable -> unavailable;
      case Later later -> later.then(settled -> counted(client, settled));
    };
  }
}
