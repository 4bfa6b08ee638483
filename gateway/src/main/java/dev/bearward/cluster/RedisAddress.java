package dev.bearward.cluster;

import org.jspecify.annotations.Nullable;

/**
 * Where Redis is and who asks.
 *
 * @param user name in Redis's access list, or null for its default user
 * @param password or null for none; never shown
 * @param database number of the database
 */
public record RedisAddress(
    String host,
    int port,
    boolean tls,
    @Nullable String user,
    @Nullable String password,
    int database) {
  /** Without the password. */
  @Override
  public String toString() {
    return (tls ? "rediss://" : "redis://")
        + (password == null ? "" : (user == null ? "" : user) + ":(hidden)@")
        + host
        + ":"
        + port
        + (database == 0 ? "" : "/" + database);
  }
}
