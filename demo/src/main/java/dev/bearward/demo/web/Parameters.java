package dev.bearward.demo.web;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code application/x-www-form-urlencoded} names and values, in a query, a form or a fragment. */
public final class Parameters {
  private final Map<String, List<String>> values;

  private Parameters(Map<String, List<String>> values) {
    this.values = values;
  }

  /** Empty when a percent escape is broken. */
  public static Optional<Parameters> parse(String encoded) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    try {
      for (String pair : encoded.split("&", -1)) {
        if (!pair.isEmpty()) {
          int equals = pair.indexOf('=');
          String name = equals < 0 ? pair : pair.substring(0, equals);
          String value = equals < 0 ? "" : pair.substring(equals + 1);
          values.computeIfAbsent(decode(name), _ -> new ArrayList<>()).add(decode(value));
        }
      }
    } catch (IllegalArgumentException brokenEscape) {
      return Optional.empty();
    }
    return Optional.of(new Parameters(values));
  }

  /** The encoded form of {@code members}, in their order. */
  public static String encode(Map<String, String> members) {
    return members.entrySet().stream()
        .map(member -> encode(member.getKey()) + "=" + encode(member.getValue()))
        .collect(Collectors.joining("&"));
  }

  /** The value, if it was sent exactly once; an empty value counts as left out (RFC 6749 3.1). */
  public Optional<String> single(String name) {
    List<String> all = values.getOrDefault(name, List.of());
    return all.size() == 1 ? all.stream().filter(v -> !v.isEmpty()).findFirst() : Optional.empty();
  }

  /** A name that was sent more than once, if there is one. */
  public Optional<String> repeated() {
    return values.entrySet().stream()
        .filter(entry -> entry.getValue().size() > 1)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
