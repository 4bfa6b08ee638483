package dev.bearward.access;

import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.route.Route;
import dev.bearward.token.Verified;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decisions for tests of the rooms that only show them. */
public final class ObservedDecisions {
  private ObservedDecisions() {}

  /** A permit for that caller. */
  public static Permit permit(RequestHead head, Route route, @Nullable Verified identity) {
    return reported(head, route, identity, null);
  }

  /** A permit of a route that only reports. */
  public static Permit reported(
      RequestHead head, Route route, @Nullable Verified identity, @Nullable Reason reason) {
    return new Permit(
        head,
        RouteTerms.plain(route, new IdentityNames(List.of())),
        identity,
        List.of(),
        List.of(),
        List.of(),
        false,
        reason);
  }

  /** A refusal of that caller. */
  public static Denial denial(
      RequestHead head, Route route, @Nullable Verified identity, Reason reason) {
    return permit(head, route, identity).refuse(reason);
  }
}
