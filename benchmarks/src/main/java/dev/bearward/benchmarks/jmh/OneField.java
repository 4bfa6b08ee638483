package dev.bearward.benchmarks.jmh;

import dev.bearward.http.HeaderView;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A header section of one field. */
record OneField(String name, String value) implements HeaderView {
  @Override
  public @Nullable String first(String wanted) {
    return name.equalsIgnoreCase(wanted) ? value : null;
  }

  @Override
  public List<String> all(String wanted) {
    return name.equalsIgnoreCase(wanted) ? List.of(value) : List.of();
  }

  @Override
  public int count(String wanted) {
    return name.equalsIgnoreCase(wanted) ? 1 : 0;
  }

  @Override
  public void forEach(BiConsumer<String, String> visitor) {
    visitor.accept(name, value);
  }
}
