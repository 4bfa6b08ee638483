package dev.bearward.config;

import dev.bearward.cluster.ClusterSettings;
import dev.bearward.cluster.ClusterSettings.WhenUnavailable;
import dev.bearward.cluster.RedisAddress;
import dev.bearward.http.Authority;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys under {@code cluster}. */
final class ClusterReader {
  private static final String EXPECTED =
      "redis:// or rediss://, [user:password@]host[:port][/database]";

  /** The password may hold anything, as secrets do: it ends at the last at sign. */
  private static final Pattern URL =
      Pattern.compile("(rediss?)://(?:([^:@/]*):(.+)@)?([^@/]+)(?:/([0-9]{1,5})?)?");

  private static final int PORT = 6379;

  private final Folder folder;

  ClusterReader(Folder folder) {
    this.folder = folder;
  }

  @Nullable ClusterSettings read(Value value) {
    Section cluster = value.section(Keys.CLUSTER);
    if (cluster == null) {
      return null;
    }
    RedisAddress redis = cluster.need("redis", "a URL of Redis", v -> address(v.secret()));
    Path ca = cluster.orNull("ca", folder::readable);
    String word = cluster.or("whenUnavailable", "local", v -> v.word(List.of("local", "refuse")));
    if (redis == null) {
      return null;
    }
    if (!redis.tls() && !Addresses.isLoopback(redis.host())) {
      cluster.warn("redis", "in plain over the network (rediss:// encrypts)");
    }
    if (!redis.tls() && cluster.has("ca")) {
      cluster.report("ca", "for rediss:// only (expected: left out)");
    }
    return new ClusterSettings(redis, ca, WhenUnavailable.valueOf(word.toUpperCase(Locale.ROOT)));
  }

  private static @Nullable RedisAddress address(Value value) {
    String text = value.text(EXPECTED);
    if (text == null) {
      return null;
    }
    RedisAddress address = parsed(text);
    if (address == null) {
      value.refuse(EXPECTED);
    }
    return address;
  }

  private static @Nullable RedisAddress parsed(String text) {
    Matcher url = URL.matcher(text);
    if (!url.matches()
        || !(Authority.parse(url.group(4)) instanceof Authority.Valid(Authority authority))) {
      return null;
    }
    try {
      String user = url.group(2) == null ? "" : decoded(url.group(2));
      String password = url.group(3);
      String database = url.group(5);
      return new RedisAddress(
          Addresses.bare(authority.host()),
          authority.port() < 0 ? PORT : authority.port(),
          url.group(1).equals("rediss"),
          user.isEmpty() ? null : user,
          password == null ? null : decoded(password),
          database == null ? 0 : Integer.parseInt(database));
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  /** Percent-encoding only: a plus sign is one. */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
