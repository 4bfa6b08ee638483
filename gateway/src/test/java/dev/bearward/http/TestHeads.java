package dev.bearward.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Request heads for tests. */
public final class TestHeads {
  private static final Peer PEER = new Peer(InetAddress.getLoopbackAddress(), false);

  private TestHeads() {}

  /** A head without query; fields are name, value, name, value … */
  public static RequestHead head(String method, String host, String path, String... fields) {
    return new RequestHead(
        method, path(path), null, authority(host), new Fields(fields), PEER, "test-request");
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

  private static final class Fields implements HeaderView {
    private final String[] lines;

    private Fields(String[] lines) {
      this.lines = lines.clone();
    }

    @Override
    public @Nullable String first(String name) {
      for (int i = 0; i < lines.length; i += 2) {
        if (lines[i].equalsIgnoreCase(name)) {
          return lines[i + 1];
        }
      }
      return null;
    }

    @Override
    public List<String> all(String name) {
      var values = new ArrayList<String>();
      forEach((field, value) -> {
        if (field.equalsIgnoreCase(name)) {
          values.add(value);
        }
      });
      return values;
    }

    @Override
    public int count(String name) {
      int count = 0;
      for (int i = 0; i < lines.length; i += 2) {
        count += lines[i].equalsIgnoreCase(name) ? 1 : 0;
      }
      return count;
    }

    @Override
    public void forEach(BiConsumer<String, String> visitor) {
      for (int i = 0; i < lines.length; i += 2) {
        visitor.accept(lines[i], lines[i + 1]);
      }
    }
  }
}
