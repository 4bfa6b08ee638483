package dev.bearward.http;

/**
 * Which constructs that readers understand differently a path may hold, or does hold.
 *
 * @param encodedSlash {@code %2F}
 * @param emptySegments nothing between two slashes, or nothing but a parameter
 * @param pathParameters a semicolon, and what follows it in its segment
 */
public record PathForm(boolean encodedSlash, boolean emptySegments, boolean pathParameters) {
  /** None of them. */
  public static final PathForm STRICT = new PathForm(false, false, false);

  /** Whether all that the other has is in this one. */
  public boolean covers(PathForm other) {
    return (encodedSlash || !other.encodedSlash)
        && (emptySegments || !other.emptySegments)
        && (pathParameters || !other.pathParameters);
  }

  /** What either has. */
  public PathForm or(PathForm other) {
    return new PathForm(
        encodedSlash || other.encodedSlash,
        emptySegments || other.emptySegments,
        pathParameters || other.pathParameters);
  }
}
