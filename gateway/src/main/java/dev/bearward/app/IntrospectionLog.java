package dev.bearward.app;

import dev.bearward.introspect.IntrospectionListener;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs when introspection begins to fail and works again, and tells another listener all. */
final class IntrospectionLog implements IntrospectionListener {
  private static final Logger LOG = LoggerFactory.getLogger("dev.bearward.introspection");

  private final IntrospectionListener next;
  private final Map<String, String> failing = new ConcurrentHashMap<>();

  IntrospectionLog(IntrospectionListener next) {
    this.next = next;
  }

  @Override
  public void answered(String issuer, Duration took, boolean accepted) {
    if (failing.remove(issuer) != null) {
      LOG.info("issuer {}: introspection answers again", issuer);
    }
    next.answered(issuer, took, accepted);
  }

  @Override
  public void failed(String issuer, Duration took, String reason) {
    if (failing.put(issuer, reason) == null) {
      LOG.warn("issuer {}: introspection failed: {}", issuer, reason);
    }
    next.failed(issuer, took, reason);
  }

  @Override
  public void crowded(String issuer) {
    next.crowded(issuer);
  }
}
