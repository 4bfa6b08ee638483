package dev.bearward.proxy;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the outside may hear of endpoints. Called on event loops, so never blocks. */
public interface EndpointListener {
  /** Hears nothing. */
  EndpointListener NONE = new EndpointListener() {};

  /**
   * Checks turned an endpoint.
   *
   * @param fault why it is unhealthy from now on, or null when it is healthy
   */
  default void turned(String upstream, String endpoint, @Nullable String fault) {}

  /** An endpoint is left out for so long, since it failed too often. */
  default void ejected(String upstream, String endpoint, Duration time, String fault) {}

  /** That time is over. */
  default void returned(String upstream, String endpoint) {}

  /** A name stands for other addresses than before; these are all endpoints of the upstream. */
  default void moved(String upstream, List<String> endpoints) {}

  /** The gateway has no socket to connect with: a request was refused. */
  default void noSocket(String upstream, String why) {}

  /** A request is to be sent once more; {@code allowed} says whether the budget lets it. */
  default void retried(String upstream, boolean allowed) {}
}
