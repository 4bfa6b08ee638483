package dev.bearward.observe;

import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.server.ExchangeListener;
import dev.bearward.server.Outcome;

/** Tells two listeners everything, the first one first. */
record FanOut(ExchangeListener first, ExchangeListener second) implements ExchangeListener {
  @Override
  public void connectionOpened() {
    first.connectionOpened();
    second.connectionOpened();
  }

  @Override
  public void connectionClosed() {
    first.connectionClosed();
    second.connectionClosed();
  }

  @Override
  public void started(RequestHead head) {
    first.started(head);
    second.started(head);
  }

  @Override
  public void tunnelOpened() {
    first.tunnelOpened();
    second.tunnelOpened();
  }

  @Override
  public void finished(Outcome outcome) {
    first.finished(outcome);
    second.finished(outcome);
  }

  @Override
  public void proxyHeaderRefused(Peer proxy) {
    first.proxyHeaderRefused(proxy);
    second.proxyHeaderRefused(proxy);
  }

  @Override
  public void refused(Peer peer, Reason reason, String requestId) {
    first.refused(peer, reason, requestId);
    second.refused(peer, reason, requestId);
  }
}
