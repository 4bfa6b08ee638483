package dev.bearward.cors;

import dev.bearward.http.HeaderView;
import dev.bearward.http.RequestHead;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Tells preflights from other requests (Fetch standard, CORS-preflight fetch). */
public final class Preflight {
  static final String ORIGIN = "Origin";
  private static final String REQUEST_METHOD = "Access-Control-Request-Method";

  private Preflight() {}

  /**
   * The method that a preflight asks for, or null when the request is none. A preflight is OPTIONS
   * with Origin and Access-Control-Request-Method and without a body; any other OPTIONS is a
   * request like all others (rule 162).
   */
  public static @Nullable String requestedMethod(RequestHead head) {
    if (!head.method().equals("OPTIONS") || head.headers().first(ORIGIN) == null) {
      return null;
    }
    return hasBody(head.headers()) ? null : head.headers().first(REQUEST_METHOD);
  }

  private static boolean hasBody(HeaderView headers) {
    String length = headers.first("Content-Length");
    return (length != null && !length.equals("0")) || headers.first("Transfer-Encoding") != null;
  }

  /**
   * A preflight for an upstream that answers it by itself, without the credentials that no browser
   * sends with one: nobody has looked at them.
   */
  public static RequestHead withoutCredentials(RequestHead head) {
    return new RequestHead(
        head.method(),
        head.path(),
        head.query(),
        head.authority(),
        new Bare(head.headers()),
        head.peer(),
        head.requestId());
  }

  /** A header section less its credentials. */
  private record Bare(HeaderView all) implements HeaderView {
    private static final Set<String> CREDENTIALS = Set.of("authorization", "cookie", "dpop");

    private static boolean isBare(String name) {
      return !CREDENTIALS.contains(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public @Nullable String first(String name) {
      return isBare(name) ? all.first(name) : null;
    }

    @Override
    public List<String> all(String name) {
      return isBare(name) ? all.all(name) : List.of();
    }

    @Override
    public void forEach(BiConsumer<String, String> visitor) {
      all.forEach((name, value) -> {
        if (isBare(name)) {
          visitor.accept(name, value);
        }
      });
    }
  }
}
