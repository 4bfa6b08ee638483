package dev.bearward.proxy;

import java.util.ArrayList;
import java.util.List;

/** What one exchange has tried so far; made at its first failure. Event loop only. */
final class Attempts {
  /** Most further addresses of a name that one exchange tries to connect to. */
  private static final int MAX_STAND_INS = 7;

  private final List<Endpoint> tried = new ArrayList<>();

  /** An endpoint was no good. */
  void failedAt(Endpoint endpoint) {
    tried.add(endpoint);
  }

  /** Those of the endpoints that promise most; all when none does. */
  List<Endpoint> preferred(List<Endpoint> endpoints) {
    List<Endpoint> untried = endpoints.stream().filter(one -> !tried.contains(one)).toList();
    List<Endpoint> promising = untried.stream().filter(one -> !one.isDoubtful()).toList();
    return !promising.isEmpty() ? promising : !untried.isEmpty() ? untried : endpoints;
  }

  /**
   * Whether another address of the same name can stand in for one that could not be connected to.
   * Those that failed last time too do not count, so that a name that is down altogether is not
   * tried all over by every request.
   */
  boolean hasStandIn(Endpoint failed, List<Endpoint> endpoints) {
    return tried.size() <= MAX_STAND_INS
        && endpoints.stream()
            .anyMatch(
                one -> one.of().equals(failed.of()) && !tried.contains(one) && !one.isDoubtful());
  }
}
