package dev.bearward.access;

import dev.bearward.limit.RateLimit;
import dev.bearward.token.ClaimPath;

/**
 * How many requests each client of a route may make.
 *
 * @param limit how many
 * @param by what makes a client
 */
public record RatePolicy(RateLimit limit, By by) {
  /** What makes a client. */
  public sealed interface By {}

  /** The user: {@code sub}, within its issuer. */
  public record Subject() implements By {}

  /** The application: {@code client_id}, else {@code azp}, within its issuer. */
  public record Client() implements By {}

  /** The address of the request; counted before a token is looked at. */
  public record Address() implements By {}

  /** A claim that is text, a number or a boolean, within its issuer. */
  public record Claim(ClaimPath claim) implements By {}
}
