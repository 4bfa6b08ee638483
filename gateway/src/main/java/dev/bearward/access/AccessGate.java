package dev.bearward.access;

import dev.bearward.http.RequestHead;

/** The policy decision point. Called on event loops, so it never blocks. */
public interface AccessGate {
  /** Decides on one request; a bad request is never an exception. */
  AccessDecision decide(RequestHead head);
}
