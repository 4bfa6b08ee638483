package dev.bearward.route;

import java.util.List;

/**
 * A path of a route: literal segments, {@code {name}} for one segment that is never empty, and
 * {@code **} at the end for that path and all below it.
 *
 * @param segments in order
 * @param trailingSlash whether the pattern ends in a slash
 * @param text as written in the configuration
 */
public record PathPattern(List<Segment> segments, boolean trailingSlash, String text) {
  /** One part of a pattern. */
  public sealed interface Segment {}

  /** A segment of exactly that canonical text. */
  public record Literal(String text) implements Segment {}

  /** Any one segment. */
  public record Name(String name) implements Segment {}

  /** This path and all below it; only at the end. */
  public record Rest() implements Segment {}
}
