package dev.bearward.demo.authorization;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A set of scope names that keeps the order in which they were asked for. */
record Scopes(Set<String> names) {
  /** OpenID Connect's, then the API's. */
  static final Scopes KNOWN =
      of(
          List.of(
              "openid",
              "profile",
              "email",
              "appointments",
              "contacts",
              "read:appointments",
              "write:appointments"));

  Scopes {
    names = Collections.unmodifiableSet(new LinkedHashSet<>(names));
  }

  private static Scopes of(List<String> names) {
    return new Scopes(new LinkedHashSet<>(names));
  }

  /** The space-separated form of RFC 6749 section 3.3. */
  static Scopes parse(String text) {
    return of(Arrays.stream(text.split(" ", -1)).filter(name -> !name.isEmpty()).toList());
  }

  Scopes and(Scopes other) {
    return of(names.stream().filter(other.names::contains).toList());
  }

  Scopes without(String name) {
    return of(names.stream().filter(each -> !each.equals(name)).toList());
  }

  boolean has(String name) {
    return names.contains(name);
  }

  boolean isEmpty() {
    return names.isEmpty();
  }

  @Override
  public String toString() {
    return names.stream().collect(Collectors.joining(" "));
  }
}
