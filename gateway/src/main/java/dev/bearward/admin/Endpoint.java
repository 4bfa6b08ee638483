package dev.bearward.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked of the admin port. */
sealed interface Endpoint {
  /** The methods that read. */
  List<String> READ = List.of("GET", "HEAD");

  /** Whether it answers without a token. */
  default boolean open() {
    return switch (this) {
      case Live _, Ready _, Metrics _ -> true;
      case Issuers _, Routes _, Upstreams _, RefreshIssuer _, Revocations _, Revoke _ -> false;
    };
  }

  /** Whether asking for it changes something. */
  default boolean changes() {
    return this instanceof RefreshIssuer || this instanceof Revoke;
  }

  /** The methods of its path. */
  default List<String> methods() {
    return switch (this) {
      case Live _, Ready _, Metrics _, Issuers _, Routes _, Upstreams _ -> READ;
      case RefreshIssuer _ -> List.of("POST");
      case Revocations _, Revoke _ -> List.of("GET", "HEAD", "POST");
    };
  }

  /** What one of those methods asks of its path. */
  default Endpoint by(String method) {
    return this instanceof Revocations && method.equals("POST") ? new Revoke() : this;
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

  /** {@code GET /upstreams}. */
  record Upstreams() implements Endpoint {}

  /** {@code GET /revocations}. */
  record Revocations() implements Endpoint {}

  /** {@code POST /revocations}. */
  record Revoke() implements Endpoint {}

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
      case "/upstreams" -> new Upstreams();
      case "/revocations" -> new Revocations();
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
