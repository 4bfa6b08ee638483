package dev.bearward.config;

import dev.bearward.config.Node.Entry;
import dev.bearward.config.Node.Mapping;
import dev.bearward.config.Node.Sequence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where the keys of a configuration stand, for explanations; no setting knows of it. */
public final class Places {
  private final String source;
  private final Map<String, Position> positions = new HashMap<>();

  Places(String source, Node root) {
    this.source = source;
    walk("", root);
  }

  private void walk(String path, Node node) {
    positions.putIfAbsent(path, node.at());
    switch (node) {
      case Mapping(var _, List<Entry> entries) -> {
        for (Entry entry : entries) {
          String inner = path.isEmpty() ? entry.key() : path + "." + entry.key();
          positions.put(inner, entry.at());
          walk(inner, entry.value());
        }
      }
      case Sequence(var _, List<Node> items) -> {
        for (int i = 0; i < items.size(); i++) {
          walk(path + "[" + i + "]", items.get(i));
        }
      }
      case Node.Scalar _, Node.Refused _ -> {}
    }
  }

  /** Whether the file says that key. */
  public boolean has(String path) {
    return positions.containsKey(path);
  }

  /**
   * File and line of a key, such as {@code issuers[0].clockSkew}; of what would hold it, when the
   * file does not say it.
   */
  public String of(String path) {
    Position at = positions.get(path);
    if (at != null) {
      return source + ":" + at.line();
    }
    int dot = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
    return dot < 0 ? source : of(path.substring(0, dot));
  }
}
