package dev.bearward.config;

import dev.bearward.config.Node.Entry;
import dev.bearward.config.Node.Mapping;
import dev.bearward.config.Node.Refused;
import dev.bearward.config.Node.Scalar;
import dev.bearward.config.Node.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Composes the tree of nodes from the parser's events, so that depth is bounded while parsing and
 * every construct that is refused has its own place. One document; no anchors, aliases, tags,
 * directives or duplicate keys.
 */
final class Yaml {
  /** Deepest nesting; the contract's own keys need eight. */
  static final int DEEPEST = 32;

  private final Problems problems;
  private final Iterator<Event> events;

  private Yaml(Iterator<Event> events, Problems problems) {
    this.events = events;
    this.problems = problems;
  }

  /** The file's tree, or null when there is none; what is wrong goes to {@code problems}. */
  static @Nullable Node compose(String text, Problems problems) {
    LoadSettings settings =
        LoadSettings.builder().setCodePointLimit(Math.max(1, text.length())).build();
    try {
      return new Yaml(new Parse(settings).parseString(text).iterator(), problems).document();
    } catch (MarkedYamlEngineException e) {
      Position at = e.getProblemMark().or(e::getContextMark).map(Yaml::at).orElse(Position.START);
      problems.add(at, "", "not YAML: " + explained(e));
    } catch (YamlEngineException e) {
      problems.add(Position.START, "", "not YAML");
    }
    return null;
  }

  private static String explained(MarkedYamlEngineException e) {
    String problem = Optional.ofNullable(e.getProblem()).orElse("cannot be read");
    if (problem.contains("TAB")) {
      return "a tab cannot indent (expected: spaces)";
    }
    return e.getContext() == null ? problem : e.getContext() + ", " + problem;
  }

  private @Nullable Node document() {
    Node root = null;
    while (events.hasNext()) {
      Event event = events.next();
      if (event instanceof DocumentStartEvent start) {
        if (root != null) {
          problems.add(at(start), "", "a second document (expected: one document)");
          return root;
        }
        directives(start);
        root = node(events.next(), "", 1);
      }
    }
    return root;
  }

  private void directives(DocumentStartEvent start) {
    if (start.getSpecVersion().isPresent() || !start.getTags().isEmpty()) {
      problems.add(at(start), "", "a directive (expected: none; the file is YAML 1.2)");
    }
  }

  private Node node(Event event, String path, int depth) {
    if (depth > DEEPEST) {
      throw new ParserException(
          "nested too deeply (expected: at most " + DEEPEST + " levels)", event.getStartMark());
    }
    if (event instanceof AliasEvent) {
      problems.add(at(event), path, "an alias (expected: the value itself, written out)");
      return new Refused(at(event));
    }
    properties((NodeEvent) event, path);
    if (event instanceof ScalarEvent scalar) {
      return scalar(scalar);
    }
    return event.getEventId() == Event.ID.SequenceStart
        ? sequence(event, path, depth)
        : mapping(event, path, depth);
  }

  private void properties(NodeEvent event, String path) {
    if (event.getAnchor().isPresent()) {
      problems.add(at(event), path, "an anchor (expected: none)");
    }
    Optional<String> tag =
        event instanceof ScalarEvent scalar
            ? scalar.getTag()
            : ((CollectionStartEvent) event).getTag();
    if (tag.isPresent()) {
      problems.add(at(event), path, "a tag (expected: none)");
    }
  }

  private static Scalar scalar(ScalarEvent event) {
    String text = event.getValue();
    Node.Type type = event.isPlain() ? CoreSchema.typeOf(text) : Node.Type.TEXT;
    return new Scalar(at(event), text, text, type);
  }

  private Sequence sequence(Event start, String path, int depth) {
    List<Node> items = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      items.add(node(event, path + "[" + items.size() + "]", depth + 1));
    }
    return new Sequence(at(start), items);
  }

  private Mapping mapping(Event start, String path, int depth) {
    List<Entry> entries = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      Position at = at(event);
      String name = key(node(event, path, depth + 1), path);
      String inner = Shown.join(path, name);
      Node value = node(events.next(), inner, depth + 1);
      if (!name.isEmpty() && !seen.add(name)) {
        problems.add(at, inner, "stands twice (expected: once)");
      } else if (!name.isEmpty()) {
        entries.add(new Entry(at, name, value));
      }
    }
    return new Mapping(at(start), entries);
  }

  /** The name, or an empty string when a problem has been reported. */
  private String key(Node key, String path) {
    if (key instanceof Scalar scalar
        && scalar.type() == Node.Type.TEXT
        && !scalar.text().isEmpty()) {
      return scalar.text();
    }
    if (!(key instanceof Refused)) {
      problems.add(key.at(), path, Shown.of(key) + " as a key (expected: a name)");
    }
    return "";
  }

  private static Position at(Event event) {
    return event.getStartMark().map(Yaml::at).orElse(Position.START);
  }

  private static Position at(Mark mark) {
    return new Position(mark.getLine() + 1, mark.getColumn() + 1);
  }
}
