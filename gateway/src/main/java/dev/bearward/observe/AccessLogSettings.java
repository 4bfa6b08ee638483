package dev.bearward.observe;

import dev.bearward.token.ClaimPath;
import java.util.List;

/**
 * The access log.
 *
 * @param format how a line is written
 * @param claims claims that stand in a line
 */
public record AccessLogSettings(Format format, List<ClaimPath> claims) {
  /** How a line is written. */
  public enum Format {
    JSON,
    TEXT,
    DISABLED
  }
}
