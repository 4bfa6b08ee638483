package dev.bearward.server;

import dev.bearward.http.CanonicalPath;
import dev.bearward.http.PathForm;
import dev.bearward.http.Reason;
import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/** The request target (RFC 9112 section 3.2), as far as this gateway serves its form. */
sealed interface RequestTarget {
  /**
   * Origin form or absolute form.
   *
   * @param query without the question mark, or null
   * @param authority raw, from the absolute form; null in origin form
   */
  record Resource(CanonicalPath path, @Nullable String query, @Nullable String authority)
      implements RequestTarget {}

  /** It is refused. */
  record Refused(Reason reason) implements RequestTarget {}

  /**
   * Reads a target without blanks and controls.
   *
   * @param allowed what its path may hold
   */
  static RequestTarget parse(String method, String target, PathForm allowed) {
    if (HttpMethod.CONNECT.name().equals(method)) {
      return new Refused(Reason.METHOD_NOT_ALLOWED);
    }
    if (target.startsWith("/")) {
      return resource(target, 0, null, allowed);
    }
    if (target.equals("*")) {
      // Well-formed for OPTIONS, but no route answers for the whole server (rule 125).
      boolean options = HttpMethod.OPTIONS.name().equals(method);
      return new Refused(options ? Reason.NO_ROUTE : Reason.BAD_REQUEST);
    }
    return absolute(target, allowed);
  }

  private static RequestTarget absolute(String target, PathForm allowed) {
    int start = schemeEnd(target);
    if (start < 0) {
      return new Refused(Reason.BAD_REQUEST);
    }
    int end = start;
    while (end < target.length() && "/?#\\".indexOf(target.charAt(end)) < 0) {
      end++;
    }
    String authority = target.substring(start, end);
    if (end == target.length() || target.charAt(end) == '?') {
      return resource("/" + target.substring(end), 0, authority, allowed);
    }
    return resource(target, end, authority, allowed);
  }

  /** Index behind {@code http://} or {@code https://}, or -1. */
  private static int schemeEnd(String target) {
    if (target.regionMatches(true, 0, "http://", 0, 7)) {
      return 7;
    }
    return target.regionMatches(true, 0, "https://", 0, 8) ? 8 : -1;
  }

  private static RequestTarget resource(
      String target, int from, @Nullable String authority, PathForm allowed) {
    int mark = target.indexOf('?', from);
    String raw = target.substring(from, mark < 0 ? target.length() : mark);
    String query = mark < 0 ? null : target.substring(mark + 1);
    return switch (CanonicalPath.parse(raw, allowed)) {
      case CanonicalPath.Ambiguous _ -> new Refused(Reason.AMBIGUOUS_PATH);
      case CanonicalPath.Canonical(CanonicalPath path) -> {
        Reason fault = query == null ? null : queryFault(query);
        yield fault == null ? new Resource(path, query, authority) : new Refused(fault);
      }
    };
  }

  /** A fragment hides what follows it from some readers; other bytes have no place in a URI. */
  private static @Nullable Reason queryFault(String query) {
    for (int i = 0; i < query.length(); i++) {
      char c = query.charAt(i);
      if (c == '#') {
        return Reason.AMBIGUOUS_PATH;
      }
      if (c <= ' ' || c >= 0x7f) {
        return Reason.BAD_REQUEST;
      }
    }
    return null;
  }
}
