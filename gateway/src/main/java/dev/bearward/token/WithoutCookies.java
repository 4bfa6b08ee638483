package dev.bearward.token;

import dev.bearward.http.HeaderView;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A header section in which there are no cookies of some names. */
record WithoutCookies(HeaderView headers, List<String> names) implements HeaderView {
  private static final String FIELD = "cookie";

  @Override
  public @Nullable String first(String name) {
    if (!name.equalsIgnoreCase(FIELD)) {
      return headers.first(name);
    }
    List<String> left = all(name);
    return left.isEmpty() ? null : left.getFirst();
  }

  @Override
  public List<String> all(String name) {
    List<String> values = headers.all(name);
    return name.equalsIgnoreCase(FIELD)
        ? values.stream().map(this::without).filter(Objects::nonNull).toList()
        : values;
  }

  @Override
  public void forEach(BiConsumer<String, String> visitor) {
    headers.forEach((name, value) -> {
      String left = name.equalsIgnoreCase(FIELD) ? without(value) : value;
      if (left != null) {
        visitor.accept(name, left);
      }
    });
  }

  private @Nullable String without(String field) {
    String left = field;
    for (String name : names) {
      left = left == null ? null : CookieText.without(left, name);
    }
    return left;
  }
}
