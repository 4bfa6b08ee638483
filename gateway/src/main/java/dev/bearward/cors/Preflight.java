package dev.bearward.cors;

import dev.bearward.http.RequestHead;
import org.jspecify.annotations.Nullable;

/** Tells preflights from other requests (Fetch standard, CORS-preflight fetch). */
public final class Preflight {
  static final String ORIGIN = "Origin";
  private static final String REQUEST_METHOD = "Access-Control-Request-Method";

  private Preflight() {}

  /**
   * The method that a preflight asks for, or null when the request is none. A preflight is OPTIONS
   * with Origin and Access-Control-Request-Method; any other OPTIONS is a request like all others
   * (rule 162).
   */
  public static @Nullable String requestedMethod(RequestHead head) {
    if (!head.method().equals("OPTIONS") || head.headers().first(ORIGIN) == null) {
      return null;
    }
    return head.headers().first(REQUEST_METHOD);
  }
}
