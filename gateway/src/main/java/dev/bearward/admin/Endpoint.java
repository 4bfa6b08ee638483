package dev.bearward.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What can be asked of the admin port. */
sealed interface Endpoint {
  /** Whether it answers without a token. */
  default boolean open() {
    return switch (this) {
      case Live _, Ready _, Metrics _ -> true;
      case Issuers _, Routes _, RefreshIssuer _ -> false;
    };
  }

  /** Whether asking for it changes something. */
  default boolean changes() {
    return this instanceof RefreshIssuer;
  }

  /** {@code GET /health/live}. */
  record Live() implements Endpoint {}

  /** {@code GET /health/ready}. */
  record Ready() implements Endpoint {}

  /** {@code GET /metrics}. */
  record Metrics() implements Endpoint {}

  /** {@code GET /issuers}. */
  record Issuers() implements Endpoint {}

  /** {@code GET /routes}. */
  record Routes() implements Endpoint {}

  /** {@code POST /issuers/{name}/refresh}; the name is percent-encoded. */
  record RefreshIssuer(String name) implements Endpoint {}

  /** The endpoint at a path, or null when there is none. */
  static @Nullable Endpoint at(String path) {
    return switch (path) {
      case "/health/live" -> new Live();
      case "/health/ready" -> new Ready();
      case "/metrics" -> new Metrics();
      case "/issuers" -> new Issuers();
      case "/routes" -> new Routes();
      default -> refresh(path);
    };
  }

  private static @Nullable Endpoint refresh(String path) {
    String[] segments = path.split("/", -1);
    if (segments.length != 4
        || !segments[1].equals("issuers")
        || segments[2].isEmpty()
        || !segments[3].equals("refresh")) {
      return null;
    }
    try {
      String plus = segments[2].replace("+", "%2B");
      return new RefreshIssuer(URLDecoder.decode(plus, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
