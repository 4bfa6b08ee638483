package dev.bearward.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A good file, into which any key of the documentation can be put. */
final class SampleFile {
  /** What mappings need to be good, beside the key in question. */
  private static final Map<String, Map<String, String>> NEEDED =
      Map.of(
          "issuers[].secret", Map.of("value", "0123456789abcdef0123456789abcdef"),
          "issuers[].introspection",
              Map.of("url", "'https://idp.example/i'", "clientId", "a", "clientSecret", "b"),
          "upstreams.*.health", Map.of("path", "/health"),
          "issuers[].requireClaims[]", Map.of("claim", "a"),
          "routes[].require.claims[]", Map.of("claim", "a"),
          "routes[].identity.*", Map.of("claim", "a"),
          "cluster", Map.of("redis", "'redis://127.0.0.1'"),
          "routes[].rateLimit", Map.of("requests", "1"),
          "routes[].cors", Map.of("origins", "['https://spa.example']"));

  private final Map<String, Object> root = new LinkedHashMap<>();

  private SampleFile() {
    // Routes stand first, so that their line is the same in all files.
    inside("routes[]").put("path", "/**");
    inside("routes[]").put("upstream", "app");
    inside("routes[].require");
    inside("issuers[]").put("issuer", "https://idp.example");
    inside("issuers[]").put("audience", "api");
    inside("upstreams.*").put("endpoints", "['http://127.0.0.1:7002']");
  }

  /** The file with a key's value. */
  static String with(String key, String value) {
    var file = new SampleFile();
    int dot = key.lastIndexOf('.');
    Map<String, Object> mapping = file.inside(key.substring(0, Math.max(0, dot)));
    mapping.remove(key.substring(dot + 1) + "[]");
    mapping.put(key.substring(dot + 1), value);
    return file.text();
  }

  /** The file with the mapping that the key would stand in. */
  static String without(String key) {
    var file = new SampleFile();
    file.inside(key.substring(0, Math.max(0, key.lastIndexOf('.'))));
    return file.text();
  }

  private Map<String, Object> inside(String path) {
    Map<String, Object> at = root;
    var walked = new StringBuilder();
    for (String step : path.isEmpty() ? new String[0] : path.split("\\.", -1)) {
      walked.append(walked.isEmpty() ? "" : ".").append(step);
      Map<String, String> needed = NEEDED.getOrDefault(walked.toString(), Map.of());
      String name = step.equals("*") ? (path.startsWith("upstreams") ? "app" : "X-User") : step;
      at = mapping(at.computeIfAbsent(name, _ -> new LinkedHashMap<>(needed)));
    }
    return at;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> mapping(Object value) {
    return (Map<String, Object>) value;
  }

  private String text() {
    return root.entrySet().stream()
        .map(entry -> entry(entry.getKey(), entry.getValue()) + "\n")
        .collect(Collectors.joining());
  }

  /** A key that ends in brackets holds a list of one. */
  private static String entry(String key, Object value) {
    return key.endsWith("[]")
        ? key.substring(0, key.length() - 2) + ": [" + flow(value) + "]"
        : key + ": " + flow(value);
  }

  private static String flow(Object value) {
    return value instanceof Map
        ? mapping(value).entrySet().stream()
            .map(entry -> entry(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", ", "{", "}"))
        : value.toString();
  }
}
