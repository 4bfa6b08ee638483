package dev.bearward.token;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Keeps instances of a class that one thread at a time may use. A thread nearly always finds its
 * own again; whoever finds none makes one, so nobody waits.
 */
final class InstancePool<T> {
  private static final int SLOTS = 16;

  private final AtomicReferenceArray<@Nullable T> slots = new AtomicReferenceArray<>(SLOTS);

  /** An instance for the calling thread alone, or null. */
  @Nullable T take() {
    return slots.getAndSet(slot(), null);
  }

  /** Keeps an instance that nobody uses any more. */
  void give(T instance) {
    slots.set(slot(), instance);
  }

  private static int slot() {
    return (int) Thread.currentThread().threadId() & (SLOTS - 1);
  }
}
