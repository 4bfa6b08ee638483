package dev.bearward.proxy;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When a request that brought no good response is sent once more.
 *
 * @param additional most further attempts of one request
 * @param when after what
 * @param budgetPercent most retries, as a share of the recent requests
 */
public record RetrySettings(int additional, Set<When> when, int budgetPercent) {
  /** What may be tried again. */
  public enum When {
    /** No connection could be made. */
    CONNECT_FAILURE,
    /** The connection was lost before the first byte of a response. */
    RESET,
    STATUS_502,
    STATUS_503,
    STATUS_504;

    /** Of a status that says the endpoint could not serve, or null of any other. */
    static @Nullable When of(int status) {
      return switch (status) {
        case 502 -> STATUS_502;
        case 503 -> STATUS_503;
        case 504 -> STATUS_504;
        default -> null;
      };
    }
  }

  public RetrySettings {
    when = Set.copyOf(when);
  }
}
