package dev.bearward.token;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Port: the tokens that are denied though they are good otherwise. */
public interface Revocations {
  /**
   * Whether a token is denied. Asked for every token of every request, on event loops: it never
   * blocks, and takes next to no time while nothing is revoked.
   */
  boolean deny(Verified token);

  /**
   * Denies tokens from now on: once this returns, unless with {@link Full}. The stage tells whether
   * it outlives the process; it may complete on any thread, and never does so exceptionally.
   */
  CompletionStage<Added> add(Revocation revocation);

  /** All that have not ended. */
  List<Revocation> all();

  /** What became of a new revocation. */
  sealed interface Added {}

  /** It holds, and still will after a restart. */
  record Durable(Revocation inForce) implements Added {}

  /**
   * It holds until the process ends.
   *
   * @param why it is not durable, for people
   */
  record InMemory(Revocation inForce, String why) implements Added {}

  /**
   * It holds here, and goes to the other instances.
   *
   * @param here whether it is durable here
   * @param whyNotShared why the others do not have it yet, for people; null when they do
   */
  record Shared(Added here, @Nullable String whyNotShared) implements Added {}

  /**
   * It does not hold: there are as many as there may be, and none is dropped before its end.
   *
   * @param limit how many there are
   */
  record Full(int limit) implements Added {}
}
