package dev.bearward.server;

import dev.bearward.access.AccessDecision;
import dev.bearward.access.AccessGate;
import dev.bearward.access.Denial;
import dev.bearward.access.Permit;
import dev.bearward.access.TestPermits;
import dev.bearward.http.Header;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.policy.Requirement;
import dev.bearward.route.Origin;
import dev.bearward.route.PathPattern;
import dev.bearward.route.Route;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gates that decide by script. */
final class Gates {
  private Gates() {}

  static Route route(@Nullable Long maxBody) {
    return new Route(
        "all",
        List.of(),
        new PathPattern(List.of(new PathPattern.Rest()), false, "/**"),
        Set.of(),
        false,
        "app",
        new Requirement.Open(),
        false,
        null,
        maxBody,
        new Origin("test", 1));
  }

  static Permit permit(RequestHead head) {
    return TestPermits.of(head, route(null));
  }

  /** Permits everything. */
  static AccessGate open() {
    return Gates::permit;
  }

  /** Permits everything with at most so many bytes of body. */
  static AccessGate open(long maxBody) {
    return head -> TestPermits.of(head, route(maxBody));
  }

  /** Permits everything to the bearer of a token that is over at that time. */
  static AccessGate until(long millis) {
    return head -> TestPermits.until(head, route(null), millis);
  }

  /** Permits everything and owns CORS. */
  static AccessGate cors(List<Header> response, List<Header> refusal) {
    return head -> TestPermits.withCors(head, route(null), response, refusal);
  }

  /** Denies everything. */
  static AccessGate closed(Reason reason) {
    return _ -> Denial.unrouted(reason);
  }

  /** Permits paths below {@code /open}, denies the rest. */
  static AccessDecision half(RequestHead head) {
    return head.path().value().startsWith("/open")
        ? permit(head)
        : Denial.unrouted(Reason.NO_TOKEN);
  }
}
