package dev.bearward.access;

import dev.bearward.http.PathForm;
import dev.bearward.http.RequestHead;

/** The policy decision point. Called on event loops, so it never blocks. */
public interface AccessGate {
  /** Decides on one request; a bad request is never an exception. */
  AccessDecision decide(RequestHead head);

  /** What the path of a head may hold that readers understand differently, on any route. */
  default PathForm pathForm() {
    return PathForm.STRICT;
  }
}
