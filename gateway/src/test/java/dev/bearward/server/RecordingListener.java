package dev.bearward.server;

import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.testing.Eventually;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps all it hears. */
final class RecordingListener implements ExchangeListener {
  final AtomicInteger opened = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  final AtomicInteger proxyHeadersRefused = new AtomicInteger();
  final List<RequestHead> started = new CopyOnWriteArrayList<>();
  final List<Outcome> finished = new CopyOnWriteArrayList<>();
  final List<Reason> refused = new CopyOnWriteArrayList<>();
  volatile Runnable whenRefused = () -> {};

  @Override
  public void connectionOpened() {
    opened.incrementAndGet();
  }

  @Override
  public void connectionClosed() {
    closed.incrementAndGet();
  }

  @Override
  public void proxyHeaderRefused(Peer proxy) {
    proxyHeadersRefused.incrementAndGet();
  }

  @Override
  public void started(RequestHead head) {
    started.add(head);
  }

  @Override
  public void finished(Outcome outcome) {
    finished.add(outcome);
  }

  @Override
  public void refused(Peer peer, Reason reason, String requestId) {
    refused.add(reason);
    whenRefused.run();
  }

  /** The n-th outcome, counted from 0; waits for it. */
  Outcome outcome(int n) {
    Eventually.await("outcome " + n, () -> finished.size() > n);
    return finished.get(n);
  }
}
