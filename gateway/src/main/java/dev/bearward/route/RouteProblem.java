package dev.bearward.route;

import org.jspecify.annotations.Nullable;

/**
 * A mistake in the routes as a whole.
 *
 * @param origin the route it is about
 * @param other the route it collides with, or null
 * @param message {@code key: value (expected: …)}
 */
public record RouteProblem(Origin origin, @Nullable Origin other, String message) {
  @Override
  public String toString() {
    return origin + ": " + message;
  }
}
