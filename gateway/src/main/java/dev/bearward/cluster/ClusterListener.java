package dev.bearward.cluster;

import java.time.Duration;

/** What an operator should know of the shared state. Called on any thread, so never blocks. */
public interface ClusterListener {
  /** Hears nothing. */
  ClusterListener NONE = new ClusterListener() {};

  /** What Redis is asked. */
  enum Question {
    RATE,
    PROOF,
    REVOCATION
  }

  /** Redis answers, from now on. */
  default void up(String redis) {}

  /** Redis does not answer, from now on, or not even at the start. */
  default void down(String redis, String why) {}

  /** Redis answered. */
  default void answered(Question question, Duration took) {}

  /** It was asked and did not answer well. */
  default void failed(Question question, String why) {}

  /** It was not asked, since it is down or has too many questions already. */
  default void unasked(Question question) {}
}
