package dev.bearward.app;

import dev.bearward.jwks.KeySetListener;
import dev.bearward.jwks.SkippedKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what an operator should know of the issuers' keys; a failure that repeats, only once. */
final class KeySetLog implements KeySetListener {
  private static final Logger LOG = LoggerFactory.getLogger("dev.bearward.keys");

  private final Map<String, String> failing = new ConcurrentHashMap<>();

  @Override
  public void fetched(String issuer, Duration took, int keys) {
    if (failing.remove(issuer) != null) {
      LOG.info("issuer {}: keys can be had again", issuer);
    }
  }

  @Override
  public void fetchFailed(String issuer, Duration took, String reason) {
    if (!reason.equals(failing.put(issuer, reason))) {
      LOG.warn("issuer {}: no keys fetched: {}", issuer, reason);
    }
  }

  @Override
  public void keysChanged(String issuer, long generation, List<String> keyIds) {
    LOG.info("issuer {}: {} key(s) in use: {}", issuer, keyIds.size(), keyIds);
  }

  @Override
  public void keysSkipped(String issuer, Map<SkippedKey, Integer> skipped) {
    if (!skipped.isEmpty()) {
      LOG.info("issuer {}: members of its key set that are not used: {}", issuer, skipped);
    }
  }

  @Override
  public void notPersisted(String issuer, String reason) {
    LOG.warn("issuer {}: key set not persisted: {}", issuer, reason);
  }
}
