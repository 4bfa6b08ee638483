package dev.bearward.access;

import dev.bearward.route.Rewrite;

/**
 * What a route changes of the requests and responses that pass.
 *
 * @param rewrite of path and host
 */
public record RouteChanges(Rewrite rewrite) {
  /** Nothing. */
  public static final RouteChanges NONE = new RouteChanges(Rewrite.NONE);
}
