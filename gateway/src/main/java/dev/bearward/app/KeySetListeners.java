package dev.bearward.app;

import dev.bearward.jwks.KeySetListener;
import dev.bearward.jwks.SkippedKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Tells several listeners, in order. */
record KeySetListeners(List<KeySetListener> listeners) implements KeySetListener {
  @Override
  public void fetched(String issuer, Duration took, int keys) {
    listeners.forEach(listener -> listener.fetched(issuer, took, keys));
  }

  @Override
  public void fetchFailed(String issuer, Duration took, String reason) {
    listeners.forEach(listener -> listener.fetchFailed(issuer, took, reason));
  }

  @Override
  public void keysChanged(String issuer, long generation, List<String> keyIds) {
    listeners.forEach(listener -> listener.keysChanged(issuer, generation, keyIds));
  }

  @Override
  public void keysSkipped(String issuer, Map<SkippedKey, Integer> skipped) {
    listeners.forEach(listener -> listener.keysSkipped(issuer, skipped));
  }

  @Override
  public void notPersisted(String issuer, String reason) {
    listeners.forEach(listener -> listener.notPersisted(issuer, reason));
  }
}
