package dev.bearward.testing;

import dev.bearward.http.HeaderView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A header section in memory, in order. */
public final class TestHeaders implements HeaderView {
  private final List<String> namesAndValues;

  private TestHeaders(List<String> namesAndValues) {
    this.namesAndValues = namesAndValues;
  }

  /** Field lines as name, value, name, value … */
  public static TestHeaders of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a name without a value");
    }
    return new TestHeaders(List.of(namesAndValues));
  }

  @Override
  public @Nullable String first(String name) {
    List<String> values = all(name);
    return values.isEmpty() ? null : values.getFirst();
  }

  @Override
  public List<String> all(String name) {
    List<String> values = new ArrayList<>();
    forEach((ownName, value) -> {
      if (ownName.equalsIgnoreCase(name)) {
        values.add(value);
      }
    });
    return values;
  }

  @Override
  public void forEach(BiConsumer<String, String> visitor) {
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      visitor.accept(namesAndValues.get(i), namesAndValues.get(i + 1));
    }
  }
}
