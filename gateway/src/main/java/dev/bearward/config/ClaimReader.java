package dev.bearward.config;

import dev.bearward.config.Node.Scalar;
import dev.bearward.token.ClaimCondition;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.ClaimValue;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Claims, and what they must be. */
final class ClaimReader {
  private static final int DEEPEST = 8;
  private static final int MOST_VALUES = 100;
  private static final String NAME = "a claim's name, or a list of nested names";

  private ClaimReader() {}

  /** One exact name, or a list: a nested path. */
  static @Nullable ClaimPath path(Value value) {
    if (!value.isList()) {
      String name = value.text(NAME);
      return name == null ? null : ClaimPath.of(name);
    }
    List<Value> items = value.items(1, DEEPEST);
    if (items == null) {
      return null;
    }
    List<String> names = Value.kept(items, item -> item.text("a claim's name"));
    return names.size() == items.size() ? new ClaimPath(names) : null;
  }

  /** A claim and exactly one of {@code equals}, {@code contains} and {@code in}. */
  static @Nullable ClaimCondition condition(Value value, Keys keys) {
    Section section = value.section(keys);
    if (section == null) {
      return null;
    }
    ClaimPath claim = section.need("claim", NAME, ClaimReader::path);
    ClaimValue equal = section.orNull("equals", ClaimReader::scalar);
    ClaimValue contained = section.orNull("contains", ClaimReader::scalar);
    List<ClaimValue> among = section.orNull("in", v -> v.list(1, MOST_VALUES, ClaimReader::scalar));
    if (Stream.of("equals", "contains", "in").filter(section::has).count() != 1) {
      value.refuse("claim and exactly one of equals, contains, in");
      return null;
    }
    if (claim == null) {
      return null;
    }
    if (among != null) {
      return new ClaimCondition.In(claim, List.copyOf(among));
    }
    return contained != null
        ? new ClaimCondition.Contains(claim, contained)
        : equal == null ? null : new ClaimCondition.Equals(claim, equal);
  }

  /** A JSON scalar as the core schema types it; what was substituted is text. */
  private static @Nullable ClaimValue scalar(Value value) {
    String expected = "a text, a number, true or false";
    if (!(value.node() instanceof Scalar scalar)) {
      value.refuse(expected);
      return null;
    }
    return switch (scalar.type()) {
      case TEXT, SUBSTITUTED -> {
        String text = value.text(expected);
        yield text == null ? null : new ClaimValue.Text(text);
      }
      case BOOL -> new ClaimValue.Bool(Boolean.parseBoolean(scalar.text()));
      case WHOLE, FRACTION -> {
        BigDecimal number = CoreSchema.decimal(scalar.text());
        if (number == null) {
          value.refuse(expected + "; a number in decimal digits");
        }
        yield number == null ? null : new ClaimValue.Numeric(number);
      }
      case NULL -> {
        value.refuse(expected);
        yield null;
      }
    };
  }
}
