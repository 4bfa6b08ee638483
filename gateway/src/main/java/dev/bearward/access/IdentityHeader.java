package dev.bearward.access;

import dev.bearward.token.ClaimPath;

/**
 * A request header made from a verified claim; a client's own copy never survives.
 *
 * @param name field name
 * @param claim where its value comes from
 * @param form how an array is written
 */
public record IdentityHeader(String name, ClaimPath claim, Form form) {
  /** How a value that is an array is written. */
  public enum Form {
    CSV,
    JSON,
    REPEAT
  }
}
