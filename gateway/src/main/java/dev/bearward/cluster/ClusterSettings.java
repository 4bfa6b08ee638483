package dev.bearward.cluster;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What several instances share, and through whom.
 *
 * @param ca the authorities that may vouch for Redis's certificate, or null for the platform's
 * @param whenUnavailable what becomes of requests while Redis does not answer
 */
public record ClusterSettings(
    RedisAddress redis, @Nullable Path ca, WhenUnavailable whenUnavailable) {
  /** What becomes of requests that need what is shared while it cannot be asked. */
  public enum WhenUnavailable {
    /** Each instance goes on with what it knows and counts itself. */
    LOCAL,
    /** They are refused. */
    REFUSE
  }

  /** Whether requests are refused that need what cannot be asked. */
  boolean refuses() {
    return whenUnavailable == WhenUnavailable.REFUSE;
  }
}
