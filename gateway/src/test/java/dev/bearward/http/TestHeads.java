package dev.bearward.http;

import dev.bearward.testing.TestHeaders;
import java.net.InetAddress;

/** Request heads for tests. */
public final class TestHeads {
  private static final Peer PEER = new Peer(InetAddress.getLoopbackAddress(), false, null);

  private TestHeads() {}

  /** A head without query; fields are name, value, name, value … */
  public static RequestHead head(String method, String host, String path, String... fields) {
    return new RequestHead(
        method, path(path), null, authority(host), TestHeaders.of(fields), PEER, "test-request");
  }

  /** A canonical path. */
  public static CanonicalPath path(String raw) {
    return switch (CanonicalPath.parse(raw)) {
      case CanonicalPath.Canonical(CanonicalPath path) -> path;
      case CanonicalPath.Ambiguous(String why) -> throw new AssertionError(raw + ": " + why);
    };
  }

  /** An authority. */
  public static Authority authority(String raw) {
    return switch (Authority.parse(raw)) {
      case Authority.Valid(Authority authority) -> authority;
      case Authority.Invalid(String why) -> throw new AssertionError(raw + ": " + why);
    };
  }
}
