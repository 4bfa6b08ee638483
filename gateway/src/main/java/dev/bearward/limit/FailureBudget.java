package dev.bearward.limit;

import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Port: how many failures each client address may still cause. Called on event loops, so it never
 * blocks.
 */
public interface FailureBudget {
  /** Knows no limit. */
  FailureBudget UNLIMITED =
      new FailureBudget() {
        @Override
        public @Nullable Duration delay(InetAddress address) {
          return null;
        }

        @Override
        public void failed(InetAddress address) {}
      };

  /** How long the address has to wait for its next attempt, or null when it need not. */
  @Nullable Duration delay(InetAddress address);

  /** Counts a failure. */
  void failed(InetAddress address);
}
