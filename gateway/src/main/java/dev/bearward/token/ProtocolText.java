package dev.bearward.token;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sub-protocols that a WebSocket handshake offers (RFC 6455 section 11.3.4), over all lines of the
 * field. A token is the one offered right after a sub-protocol of an agreed name; both belong to
 * the gateway.
 */
final class ProtocolText {
  private ProtocolText() {}

  /** Adds the tokens that follow that name, which is compared with case. */
  static void values(List<String> lines, String name, List<String> values) {
    boolean named = false;
    for (String line : lines) {
      for (String offered : members(line)) {
        if (named) {
          values.add(offered);
        }
        named = !named && offered.equals(name);
      }
    }
  }

  /**
   * The lines without those names and the tokens behind them; null in place of a line of which
   * nothing is left. Others stay as they are.
   */
  static List<@Nullable String> without(List<String> lines, List<String> names) {
    var rest = new ArrayList<@Nullable String>(lines.size());
    boolean named = false;
    for (String line : lines) {
      List<String> members = members(line);
      var left = new ArrayList<String>(members.size());
      for (String offered : members) {
        boolean name = names.contains(offered);
        if (!named && !name) {
          left.add(offered);
        }
        named = name;
      }
      boolean whole = left.size() == members.size();
      rest.add(whole ? line : left.isEmpty() ? null : String.join(", ", left));
    }
    return rest;
  }

  /** The first of those names that is offered as a name, or null. */
  static @Nullable String named(List<String> lines, List<String> names) {
    for (String line : lines) {
      for (String offered : members(line)) {
        if (names.contains(offered)) {
          return offered;
        }
      }
    }
    return null;
  }

  private static List<String> members(String line) {
    var members = new ArrayList<String>();
    for (String member : line.split(",", -1)) {
      String stripped = member.strip();
      if (!stripped.isEmpty()) {
        members.add(stripped);
      }
    }
    return members;
  }
}
