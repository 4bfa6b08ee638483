package dev.bearward.access;

import dev.bearward.http.HeaderRules;
import dev.bearward.route.Rewrite;

/**
 * What a route changes of the requests and responses that pass.
 *
 * @param rewrite of path and host
 * @param requestHeaders on the way upstream
 * @param responseHeaders of the upstream's responses
 */
public record RouteChanges(
    Rewrite rewrite, HeaderRules requestHeaders, HeaderRules responseHeaders) {
  /** Nothing. */
  public static final RouteChanges NONE =
      new RouteChanges(Rewrite.NONE, HeaderRules.NONE, HeaderRules.NONE);
}
