package dev.bearward.config;

import java.util.List;

/** What the file holds at one place: a tree without anchors, aliases and tags. */
sealed interface Node {
  /** Where it begins. */
  Position at();

  /**
   * A scalar.
   *
   * @param text its value, after substitution
   * @param written its value as it stands in the file, for messages
   * @param type how the core schema reads it
   */
  record Scalar(Position at, String text, String written, Type type) implements Node {
    @Override
    public String toString() {
      return "Scalar[" + at + ", " + written + "]";
    }
  }

  /** A list. */
  record Sequence(Position at, List<Node> items) implements Node {}

  /** A mapping without two equal keys, in the order of the file. */
  record Mapping(Position at, List<Entry> entries) implements Node {}

  /** What a problem has been reported for already; nothing more is said about it. */
  record Refused(Position at) implements Node {}

  /** One key of a mapping. */
  record Entry(Position at, String key, Node value) {}

  /** The types of YAML 1.2's core schema (section 10.3.2), and one of ours. */
  enum Type {
    TEXT,
    NULL,
    BOOL,
    WHOLE,
    FRACTION,
    /** Made by substitution: typed by what the key expects, never by its looks. */
    SUBSTITUTED
  }
}
