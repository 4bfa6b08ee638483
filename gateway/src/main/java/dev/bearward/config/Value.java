package dev.bearward.config;

import dev.bearward.config.Node.Mapping;
import dev.bearward.config.Node.Refused;
import dev.bearward.config.Node.Scalar;
import dev.bearward.config.Node.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A value of the file on its way to becoming a setting. Every reader gives null when the value is
 * wrong, and has then reported the problem.
 */
final class Value {
  private static final Pattern WHOLE = Pattern.compile("0|[1-9][0-9]{0,9}");

  private final Node node;
  private final String path;
  private final Problems problems;
  private final boolean secret;
  private final String alternative;

  Value(Node node, String path, Problems problems) {
    this(node, path, problems, false, "");
  }

  private Value(Node node, String path, Problems problems, boolean secret, String alternative) {
    this.node = node;
    this.path = path;
    this.problems = problems;
    this.secret = secret;
    this.alternative = alternative;
  }

  /** The same value, never shown in a message; so are all values inside it. */
  Value secret() {
    return new Value(node, path, problems, true, alternative);
  }

  private Value inside(Node inner, String innerPath) {
    return new Value(inner, innerPath, problems, secret, "");
  }

  /** Null for the word {@code none}, else what is read. */
  <T> @Nullable T noneOr(Function<Value, @Nullable T> read) {
    return is("none") ? null : read.apply(new Value(node, path, problems, secret, "none, or "));
  }

  Node node() {
    return node;
  }

  Position at() {
    return node.at();
  }

  String path() {
    return path;
  }

  Problems problems() {
    return problems;
  }

  /** Reports <em>value (expected: …)</em>. */
  void refuse(String expected) {
    report(shown() + " (expected: " + alternative + expected + ")");
  }

  /** Reports <em>value (said)</em>. */
  void refuseSaying(String said) {
    report(shown() + " (" + said + ")");
  }

  /** Reports something of its own. */
  void report(String message) {
    if (!(node instanceof Refused)) {
      problems.add(node.at(), path, message);
    }
  }

  private String shown() {
    boolean nothing = node instanceof Scalar scalar && scalar.type() == Node.Type.NULL;
    return secret && !nothing ? Shown.HIDDEN : Shown.of(node);
  }

  boolean isMapping() {
    return node instanceof Mapping;
  }

  boolean isList() {
    return node instanceof Sequence;
  }

  /** Whether it is a scalar of exactly that text. */
  boolean is(String word) {
    return node instanceof Scalar scalar && isText(scalar) && scalar.text().equals(word);
  }

  private static boolean isText(Scalar scalar) {
    return scalar.type() == Node.Type.TEXT || scalar.type() == Node.Type.SUBSTITUTED;
  }

  /** Text that is neither empty nor holds control characters nor is longer than 4096. */
  @Nullable String text(String expected) {
    if (!(node instanceof Scalar scalar) || scalar.type() == Node.Type.NULL) {
      refuse(expected);
      return null;
    }
    if (!isText(scalar)) {
      refuse(expected + "; in quotes, since YAML reads this as no text");
      return null;
    }
    String text = scalar.text();
    boolean fit = !text.isEmpty() && text.length() <= 4096;
    if (!fit || text.chars().anyMatch(Character::isISOControl)) {
      refuse(expected);
      return null;
    }
    return text;
  }

  /** Text that a pattern matches. */
  @Nullable String text(Pattern pattern, String expected) {
    String text = text(expected);
    if (text != null && !pattern.matcher(text).matches()) {
      refuse(expected);
      return null;
    }
    return text;
  }

  /** One of a few words. */
  @Nullable String word(Collection<String> words) {
    String expected = String.join(", ", words);
    String text = text(expected);
    if (text != null && !words.contains(text)) {
      refuse(expected);
      return null;
    }
    return text;
  }

  /** A boolean of the core schema. */
  @Nullable Boolean bool() {
    if (node instanceof Scalar scalar) {
      boolean substituted = scalar.type() == Node.Type.SUBSTITUTED;
      boolean word = scalar.text().equals("true") || scalar.text().equals("false");
      if (scalar.type() == Node.Type.BOOL || (substituted && word)) {
        return Boolean.parseBoolean(scalar.text());
      }
    }
    refuse("true or false");
    return null;
  }

  /** A whole number in plain decimal digits. */
  @Nullable Integer whole(int least, int most) {
    if (node instanceof Scalar scalar
        && (scalar.type() == Node.Type.WHOLE || scalar.type() == Node.Type.SUBSTITUTED)
        && WHOLE.matcher(scalar.text()).matches()) {
      long number = Long.parseLong(scalar.text());
      if (number >= least && number <= most) {
        return (int) number;
      }
    }
    refuse("a whole number, " + least + " to " + most);
    return null;
  }

  @Nullable Duration duration(Duration least, Duration most) {
    Optional<Duration> duration = plain().flatMap(Units::duration);
    if (duration.isPresent() && within(duration.get(), least, most)) {
      return duration.get();
    }
    refuse("a duration, " + Units.format(least) + " to " + Units.format(most));
    return null;
  }

  /** Bytes. */
  @Nullable Long size(long least, long most) {
    Optional<Long> size = plain().flatMap(Units::size);
    if (size.isPresent() && within(size.get(), least, most)) {
      return size.get();
    }
    refuse("a size, " + Units.format(least) + " to " + Units.format(most));
    return null;
  }

  private static <T extends Comparable<T>> boolean within(T value, T least, T most) {
    return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
  }

  private Optional<String> plain() {
    return node instanceof Scalar scalar && isText(scalar)
        ? Optional.of(scalar.text())
        : Optional.empty();
  }

  /** The items of a list of at least {@code least} and at most {@code most}, each once. */
  @Nullable List<Value> items(int least, int most) {
    List<Value> items = elements();
    if (!isList() || items.size() < least || items.size() > most) {
      refuse("a list of " + least + " to " + most);
      return null;
    }
    Set<String> seen = new HashSet<>();
    for (Value item : items) {
      if (item.node instanceof Scalar scalar && !seen.add(scalar.text())) {
        item.refuseSaying("stands twice, expected: once");
      }
    }
    return items;
  }

  /** The items of a list as they stand; none when it is no list. */
  List<Value> elements() {
    List<Value> items = new ArrayList<>();
    if (node instanceof Sequence sequence) {
      for (Node item : sequence.items()) {
        items.add(inside(item, path + "[" + items.size() + "]"));
      }
    }
    return items;
  }

  /** What the items of a list become; items that are wrong are left out. */
  <T> @Nullable List<T> list(int least, int most, Function<Value, @Nullable T> read) {
    List<Value> items = items(least, most);
    return items == null ? null : kept(items, read);
  }

  /** Like {@link #list}, and a single value stands for a list of one. */
  <T> @Nullable List<T> oneOrList(int most, Function<Value, @Nullable T> read) {
    return isList() ? list(1, most, read) : kept(List.of(this), read);
  }

  /** What the items become; those that are wrong are left out. */
  static <T> List<T> kept(List<Value> items, Function<Value, @Nullable T> read) {
    List<T> results = new ArrayList<>();
    for (Value item : items) {
      T result = read.apply(item);
      if (result != null) {
        results.add(result);
      }
    }
    return results;
  }

  /** The keys of a mapping whose keys are names of the user's. */
  List<Section.Named> names(String expected) {
    if (!(node instanceof Mapping mapping)) {
      refuse(expected);
      return List.of();
    }
    return mapping.entries().stream()
        .map(e -> new Section.Named(e.at(), e.key(), inside(e.value(), Shown.join(path, e.key()))))
        .toList();
  }

  /** A mapping of known keys; anything else in it is a problem. */
  @Nullable Section section(Keys keys) {
    if (node instanceof Mapping) {
      return Section.of(this, keys);
    }
    refuse("a mapping of " + String.join(", ", keys.built()));
    return null;
  }
}
