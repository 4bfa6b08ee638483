package dev.bearward.observe;

import dev.bearward.access.AccessDecision;
import dev.bearward.access.Denial;
import dev.bearward.access.Permit;
import dev.bearward.http.Reason;
import dev.bearward.route.Route;
import dev.bearward.token.Verified;
import org.jspecify.annotations.Nullable;

/** What a decision says of route and caller. */
final class Decided {
  private Decided() {}

  static @Nullable Route route(@Nullable AccessDecision decision) {
    return switch (decision) {
      case null -> null;
      case Permit permit -> permit.route();
      case Denial denial -> denial.route();
      case AccessDecision.Answer answer -> answer.route();
      case AccessDecision.Pending pending -> pending.route();
    };
  }

  /** Why a request that was let through would have been refused at the gate, or null. */
  static @Nullable Reason reported(@Nullable AccessDecision decision) {
    return switch (decision) {
      case null -> null;
      case Permit permit -> permit.reported();
      case Denial denial -> denial.reported();
      case AccessDecision.Answer _ -> null;
      case AccessDecision.Pending _ -> null;
    };
  }

  static @Nullable Verified identity(@Nullable AccessDecision decision) {
    return switch (decision) {
      case null -> null;
      case Permit permit -> permit.identity();
      case Denial denial -> denial.identity();
      case AccessDecision.Answer _ -> null;
      case AccessDecision.Pending _ -> null;
    };
  }
}
