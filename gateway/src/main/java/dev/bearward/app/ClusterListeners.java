package dev.bearward.app;

import dev.bearward.cluster.ClusterListener;
import java.time.Duration;
import java.util.List;

/** Tells several of the shared state. */
record ClusterListeners(List<ClusterListener> all) implements ClusterListener {
  @Override
  public void up(String redis) {
    all.forEach(one -> one.up(redis));
  }

  @Override
  public void down(String redis, String why) {
    all.forEach(one -> one.down(redis, why));
  }

  @Override
  public void answered(Question question, Duration took) {
    all.forEach(one -> one.answered(question, took));
  }

  @Override
  public void failed(Question question, String why) {
    all.forEach(one -> one.failed(question, why));
  }

  @Override
  public void unasked(Question question) {
    all.forEach(one -> one.unasked(question));
  }
}
