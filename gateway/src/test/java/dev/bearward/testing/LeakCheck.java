package dev.bearward.testing;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Makes a leaked Netty buffer fail the test class after which it was noticed. Found by JUnit
 * through {@code META-INF/services}, so it holds for every class without being asked for.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
  private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

  static {
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new RecordingFactory());
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    // Only loads this class before any buffer is made.
  }

  @Override
  public void afterAll(ExtensionContext context) {
    List<String> leaks = drain();
    if (!leaks.isEmpty()) {
      throw new AssertionError("leaked buffers: " + leaks.size() + "\n" + String.join("\n", leaks));
    }
  }

  /** All leaks noticed since the last call; collects garbage first. */
  static List<String> drain() {
    collectGarbage();
    // A new tracked buffer makes the detector look at what was collected.
    PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
    var found = new ArrayList<String>();
    for (String leak = LEAKS.poll(); leak != null; leak = LEAKS.poll()) {
      found.add(leak);
    }
    return found;
  }

  private static void collectGarbage() {
    var collected = new ReferenceQueue<Object>();
    var canary = new WeakReference<>(new Object(), collected);
    try {
      for (int i = 0; i < 20; i++) {
        System.gc();
        if (removed(collected) != null) {
          return;
        }
      }
    } finally {
      Reference.reachabilityFence(canary);
    }
    throw new AssertionError("garbage collection: nothing was collected");
  }

  private static @Nullable Object removed(ReferenceQueue<Object> queue) {
    try {
      return queue.remove(500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static final class RecordingFactory extends ResourceLeakDetectorFactory {
    @Override
    @SuppressWarnings("deprecation") // abstract in the parent
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval, long maxActive) {
      return new Recording<>(resource, samplingInterval);
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval) {
      return new Recording<>(resource, samplingInterval);
    }
  }

  private static final class Recording<T> extends ResourceLeakDetector<T> {
    Recording(Class<?> resource, int samplingInterval) {
      super(resource, samplingInterval);
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
      LEAKS.add(resourceType + ":" + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
      LEAKS.add(resourceType + ": no records");
    }
  }
}
