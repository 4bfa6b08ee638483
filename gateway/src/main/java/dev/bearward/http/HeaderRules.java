package dev.bearward.http;

import java.util.List;
import java.util.stream.Stream;

/**
 * Fixed changes of a header section; each name stands in one place only.
 *
 * @param set fields that are there exactly once, whatever was there before
 * @param add fields that come after those of the same name
 * @param remove names of fields that are not there
 */
public record HeaderRules(List<Header> set, List<Header> add, List<String> remove) {
  /** No change. */
  public static final HeaderRules NONE = new HeaderRules(List.of(), List.of(), List.of());

  public HeaderRules {
    set = List.copyOf(set);
    add = List.copyOf(add);
    remove = List.copyOf(remove);
  }

  /** Whether nothing is changed. */
  public boolean isEmpty() {
    return set.isEmpty() && add.isEmpty() && remove.isEmpty();
  }

  /** Names of the fields that do not stay as they came: those set and those removed. */
  public List<String> replaced() {
    return Stream.concat(set.stream().map(Header::name), remove.stream()).toList();
  }

  /** The fields that are written: those set, then those added. */
  public List<Header> written() {
    return Stream.concat(set.stream(), add.stream()).toList();
  }
}
