package dev.bearward.cors;

import java.util.List;

/**
 * Origins that requests with credentials of the browser's own may come from.
 *
 * @param origins exact, as browsers send them; empty: none
 */
public record AllowedOrigins(List<String> origins) {
  /** Nobody. */
  public static final AllowedOrigins NONE = new AllowedOrigins(List.of());

  /**
   * Keeps a copy.
   *
   * @throws IllegalArgumentException when one is no serialised origin
   */
  public AllowedOrigins {
    origins = List.copyOf(origins);
    origins.forEach(Origins::require);
  }

  /** Whether no origin is named. */
  public boolean isEmpty() {
    return origins.isEmpty();
  }

  /** Whether it is one of them; no prefix, no pattern (rule 164). */
  public boolean has(String origin) {
    return origins.contains(origin);
  }
}
