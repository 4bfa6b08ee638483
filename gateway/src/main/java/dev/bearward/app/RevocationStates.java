package dev.bearward.app;

import dev.bearward.admin.GatewayView.NotRevoked;
import dev.bearward.admin.GatewayView.RevocationState;
import dev.bearward.admin.GatewayView.RevocationsFull;
import dev.bearward.admin.GatewayView.Revoked;
import dev.bearward.admin.GatewayView.Revoking;
import dev.bearward.admin.GatewayView.Shared;
import dev.bearward.revocation.RevocationDesk;
import dev.bearward.token.Revocation;
import dev.bearward.token.Revocations;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Revocations as the admin port takes and shows them. */
final class RevocationStates {
  private final Revocations revocations;
  private final RevocationDesk desk;

  RevocationStates(Revocations revocations, RevocationDesk desk) {
    this.revocations = revocations;
    this.desk = desk;
  }

  CompletionStage<Revoking> revoke(byte[] json) {
    return desk.revoke(json).thenApply(RevocationStates::revoking);
  }

  private static Revoking revoking(RevocationDesk.Reply reply) {
    return switch (reply) {
      case RevocationDesk.Refused(String problem) -> new NotRevoked(problem);
      case RevocationDesk.Handed(Revocations.Added added) -> revoking(added, null);
    };
  }

  private static Revoking revoking(Revocations.Added added, @Nullable Shared sharing) {
    return switch (added) {
      case Revocations.Durable(Revocation inForce) -> new Revoked(state(inForce), null, sharing);
      case Revocations.InMemory(Revocation inForce, String why) ->
          new Revoked(state(inForce), why, sharing);
      case Revocations.Full(int limit) -> new RevocationsFull(limit);
      case Revocations.Shared(var here, String whyNot) -> revoking(here, new Shared(whyNot));
    };
  }

  /** Those that last longest first. */
  List<RevocationState> all() {
    return revocations.all().stream()
        .sorted(Comparator.comparing(Revocation::expiresAt).reversed())
        .map(RevocationStates::state)
        .toList();
  }

  private static RevocationState state(Revocation revocation) {
    return new RevocationState(
        revocation.by().claim(),
        revocation.name(),
        revocation.issuer(),
        revocation.issuedBefore(),
        revocation.expiresAt());
  }
}
