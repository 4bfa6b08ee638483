package dev.bearward.proxy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one exchange has tried so far; made at its first failure. Event loop only. */
final class Attempts {
  /** Most further addresses of a name that one exchange tries to connect to. */
  private static final int MAX_STAND_INS = 7;

  private final UpstreamLoop upstream;
  private final List<Endpoint> tried = new ArrayList<>();
  private int retries;

  Attempts(UpstreamLoop upstream) {
    this.upstream = upstream;
  }

  /** Those of the endpoints that promise most; all when none does. */
  List<Endpoint> preferred(List<Endpoint> endpoints) {
    List<Endpoint> untried = endpoints.stream().filter(one -> !tried.contains(one)).toList();
    List<Endpoint> promising = untried.stream().filter(one -> !one.isDoubtful()).toList();
    return !promising.isEmpty() ? promising : !untried.isEmpty() ? untried : endpoints;
  }

  /**
   * An endpoint could not be connected to: whether another attempt is to be made. That at another
   * address of the same name is no retry, since any client does it.
   *
   * @param repeatable whether nothing was sent so far, or what was sent may be sent again
   */
  boolean afterConnectFailure(Endpoint failed, boolean repeatable) {
    tried.add(failed);
    return repeatable && (hasStandIn(failed) || mayRetry(RetrySettings.When.CONNECT_FAILURE));
  }

  /**
   * An endpoint gave no good response: whether another attempt is to be made.
   *
   * @param repeatable whether what was sent may be sent again
   */
  boolean afterFault(Endpoint failed, RetrySettings.When why, boolean repeatable) {
    tried.add(failed);
    return repeatable && mayRetry(why);
  }

  /**
   * Those that failed last time too do not count, so that a name that is down altogether is not
   * tried all over by every request.
   */
  private boolean hasStandIn(Endpoint failed) {
    return tried.size() <= MAX_STAND_INS
        && upstream.endpoints().stream()
            .anyMatch(
                one -> one.of().equals(failed.of()) && !tried.contains(one) && !one.isDoubtful());
  }

  private boolean mayRetry(RetrySettings.When why) {
    @Nullable RetrySettings retry = upstream.settings().retry();
    if (retry == null || retries >= retry.additional() || !retry.when().contains(why)) {
      return false;
    }
    retries++;
    return upstream.takeRetry();
  }
}
