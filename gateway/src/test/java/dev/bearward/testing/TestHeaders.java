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

  /** A header section of one field line whose look-up allocates nothing. */
  public static Fixed fixed(String name, String value) {
    return new Fixed(name, value);
  }

  /** See {@link #fixed}. */
  public static final class Fixed implements HeaderView {
    private final String name;
    private final String value;

    private Fixed(String name, String value) {
      this.name = name;
      this.value = value;
    }

    @Override
    public @Nullable String first(String wanted) {
      return wanted.equals(name) ? value : null;
    }

    @Override
    public int count(String wanted) {
      return wanted.equals(name) ? 1 : 0;
    }

    @Override
    public List<String> all(String wanted) {
      return wanted.equals(name) ? List.of(value) : List.of();
    }

    @Override
    public void forEach(BiConsumer<String, String> visitor) {
      visitor.accept(name, value);
    }
  }
}
