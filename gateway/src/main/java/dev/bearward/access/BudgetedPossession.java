package dev.bearward.access;

import dev.bearward.binding.Possession;
import dev.bearward.binding.ProofOfPossession;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.Verified;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks possession as long as the client's address has not sent too many bad proofs. A proof that
 * is missing or only lacks a nonce costs no signature check, and is what every client may begin
 * with, so it does not count.
 */
final class BudgetedPossession {
  private static final Set<Reason> COUNTED =
      EnumSet.of(Reason.PROOF_INVALID, Reason.BINDING_NOT_SUPPORTED);

  private final ProofOfPossession possession;
  private final FailureBudgets budgets;

  BudgetedPossession(ProofOfPossession possession, FailureBudgets budgets) {
    this.possession = possession;
    this.budgets = budgets;
  }

  /** How long the client has to wait until a proof of it is looked at, or null. */
  @Nullable Duration delay(RequestHead head, BearerCredentials.Token token) {
    return token.underDpop() ? budgets.proofs().delay(head.peer().address()) : null;
  }

  /** Checks what came with a verified token. */
  Possession check(RequestHead head, BearerCredentials.Token token, Verified identity) {
    return counted(head.peer().address(), possession.check(head, token, identity));
  }

  private Possession counted(InetAddress client, Possession found) {
    return switch (found) {
      case Possession.Proven proven -> proven;
      case Possession.Unproven unproven -> {
        if (COUNTED.contains(unproven.reason())) {
          budgets.tokens().failed(client);
          budgets.proofs().failed(client);
        }
        yield unproven;
      }
      case Possession.Unavailable unavailable -> unavailable;
      case Possession.Later(var stage) ->
          new Possession.Later(stage.thenApply(settled -> counted(client, settled)));
    };
  }
}
