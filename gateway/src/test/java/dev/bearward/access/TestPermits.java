package dev.bearward.access;

import dev.bearward.http.Header;
import dev.bearward.http.RequestHead;
import dev.bearward.route.Route;
import java.util.List;

/** Permits for tests of the rooms that use them. */
public final class TestPermits {
  private TestPermits() {}

  /** A permit without identity and CORS. */
  public static Permit of(RequestHead head, Route route) {
    return of(head, route, List.of());
  }

  /** A permit that sets identity headers. */
  public static Permit of(RequestHead head, Route route, List<Header> identityHeaders) {
    return new Permit(head, route, null, identityHeaders, List.of(), false);
  }

  /** A permit that owns CORS and sets headers on the response. */
  public static Permit withResponseHeaders(
      RequestHead head, Route route, List<Header> responseHeaders) {
    return new Permit(head, route, null, List.of(), responseHeaders, true);
  }
}
