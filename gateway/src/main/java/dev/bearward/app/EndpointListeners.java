package dev.bearward.app;

import dev.bearward.proxy.EndpointListener;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells several listeners, in order. */
record EndpointListeners(List<EndpointListener> listeners) implements EndpointListener {
  @Override
  public void turned(String upstream, String endpoint, @Nullable String fault) {
    listeners.forEach(listener -> listener.turned(upstream, endpoint, fault));
  }

  @Override
  public void ejected(String upstream, String endpoint, Duration time, String fault) {
    listeners.forEach(listener -> listener.ejected(upstream, endpoint, time, fault));
  }

  @Override
  public void returned(String upstream, String endpoint) {
    listeners.forEach(listener -> listener.returned(upstream, endpoint));
  }

  @Override
  public void moved(String upstream, List<String> endpoints) {
    listeners.forEach(listener -> listener.moved(upstream, endpoints));
  }

  @Override
  public void noSocket(String upstream, String why) {
    listeners.forEach(listener -> listener.noSocket(upstream, why));
  }

  @Override
  public void retried(String upstream, boolean allowed) {
    listeners.forEach(listener -> listener.retried(upstream, allowed));
  }
}
