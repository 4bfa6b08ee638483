package dev.bearward.config;

import dev.bearward.config.Node.Mapping;
import dev.bearward.config.Node.Scalar;
import dev.bearward.config.Node.Sequence;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An inline JWK set (RFC 7517 section 5): JSON in a text, or the same as keys of the file. */
final class JwkSetReader {
  private static final String EXPECTED = "a JWK set: {\"keys\": [...]} with at least one key";
  // RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1.
  private static final Set<String> PRIVATE = Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

  private JwkSetReader() {}

  /** The set as JSON, or null when a problem has been reported; its values are never shown. */
  static @Nullable String json(Value written) {
    Value value = written.secret();
    Node root = value.node();
    String json = null;
    if (root instanceof Scalar scalar) {
      json = scalar.text();
      root = parsed(scalar);
    }
    Optional<Sequence> keys = root instanceof Mapping set ? keys(set) : Optional.empty();
    if (keys.isEmpty()) {
      value.refuse(EXPECTED);
      return null;
    }
    if (keys.get().items().stream().anyMatch(JwkSetReader::isPrivate)) {
      value.refuse("public keys only; private and symmetric ones do not belong here");
      return null;
    }
    return json == null ? JsonText.of(root) : json;
  }

  /** JSON is YAML's flow style; anything else in it is a problem. */
  private static Node parsed(Scalar scalar) {
    var problems = new Problems("");
    boolean text = scalar.type() == Node.Type.TEXT || scalar.type() == Node.Type.SUBSTITUTED;
    Node root =
        text && scalar.text().strip().startsWith("{")
            ? Yaml.compose(scalar.text(), problems)
            : null;
    return root != null && problems.none() ? root : scalar;
  }

  private static Optional<Sequence> keys(Mapping set) {
    return set.entries().stream()
        .filter(entry -> entry.key().equals("keys"))
        .map(Node.Entry::value)
        .filter(Sequence.class::isInstance)
        .map(Sequence.class::cast)
        .filter(keys -> !keys.items().isEmpty())
        .filter(keys -> keys.items().stream().allMatch(Mapping.class::isInstance))
        .findFirst();
  }

  private static boolean isPrivate(Node key) {
    return key instanceof Mapping jwk
        && jwk.entries().stream().anyMatch(member -> PRIVATE.contains(member.key()));
  }
}
