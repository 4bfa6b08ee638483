package dev.bearward.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/**
 * Memory, collections, threads and CPU of the process. Under Micrometer's customary names, so that
 * everybody's dashboards fit, but for what Micrometer has no plain counter for.
 */
final class JvmMeters {
  private JvmMeters() {}

  static void bind(MeterRegistry meters) {
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    new UptimeMetrics().bindTo(meters);
    ManagementFactory.getGarbageCollectorMXBeans().forEach(gc -> collections(meters, gc));
  }

  private static void collections(MeterRegistry meters, GarbageCollectorMXBean gc) {
    FunctionCounter.builder("jvm.gc.collections", gc, GarbageCollectorMXBean::getCollectionCount)
        .description("garbage collections")
        .tag("gc", gc.getName())
        .register(meters);
    FunctionCounter.builder("jvm.gc.collection", gc, bean -> bean.getCollectionTime() / 1_000.0)
        .description("time spent in garbage collections")
        .baseUnit("seconds")
        .tag("gc", gc.getName())
        .register(meters);
  }
}
