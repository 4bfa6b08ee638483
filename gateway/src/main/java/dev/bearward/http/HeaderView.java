package dev.bearward.http;

import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Read view of a header section; names are compared without case (RFC 9110 section 5.1). */
public interface HeaderView {
  /** Value of the first field line of that name, or null. */
  @Nullable String first(String name);

  /** Values of all field lines of that name, in order; empty when there is none. */
  List<String> all(String name);

  /** Number of field lines of that name. */
  default int count(String name) {
    return all(name).size();
  }

  /** Visits every field line in order. */
  void forEach(BiConsumer<String, String> visitor);
}
