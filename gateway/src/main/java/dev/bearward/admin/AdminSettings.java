package dev.bearward.admin;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The admin port.
 *
 * @param listen where it listens, or null when disabled
 * @param token Bearer token that non-public endpoints demand, or null
 */
public record AdminSettings(@Nullable InetSocketAddress listen, @Nullable String token) {
  @Override
  public String toString() {
    return "AdminSettings[listen=" + listen + "]";
  }
}
