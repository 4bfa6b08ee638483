package dev.bearward.config;

import dev.bearward.config.Node.Entry;
import dev.bearward.config.Node.Mapping;
import dev.bearward.config.Node.Scalar;
import dev.bearward.config.Node.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The start without a file: every request needs a valid token of one issuer, and all go to one
 * upstream. The variables become the tree that a file saying so would be, one line for each.
 */
final class Variables {
  static final String SOURCE = "environment";
  private static final String ISSUER = "BEARWARD_ISSUER";
  private static final String AUDIENCE = "BEARWARD_AUDIENCE";
  private static final String UPSTREAM = "BEARWARD_UPSTREAM";
  private static final String LISTEN = "BEARWARD_LISTEN";
  private static final String ADMIN = "BEARWARD_ADMIN";
  private static final List<String> NEEDED = List.of(ISSUER, AUDIENCE, UPSTREAM);
  private static final List<String> ALL = List.of(ISSUER, AUDIENCE, UPSTREAM, LISTEN, ADMIN);

  private final Surroundings surroundings;

  Variables(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The names of those that are set; an empty one counts as not set. */
  List<String> present() {
    return ALL.stream().filter(name -> value(name).isPresent()).toList();
  }

  /** The needed ones that are not set. */
  List<String> missing() {
    return NEEDED.stream().filter(name -> value(name).isEmpty()).toList();
  }

  private Optional<String> value(String name) {
    return Optional.ofNullable(surroundings.variable(name)).filter(value -> !value.isBlank());
  }

  /** A problem in the variables' own terms. */
  static Problem renamed(Problem problem) {
    return new Problem(SOURCE, 0, 0, ALL.get(problem.line() - 1), problem.message());
  }

  /** The tree; only when none is missing. */
  Node tree() {
    List<Entry> file = new ArrayList<>();
    value(LISTEN).ifPresent(v -> file.add(entry(LISTEN, "server", listen(LISTEN, v))));
    value(ADMIN).ifPresent(v -> file.add(entry(ADMIN, "admin", listen(ADMIN, v))));
    Node issuer =
        mapping(
            ISSUER,
            entry(ISSUER, "issuer", scalar(ISSUER, value(ISSUER).orElseThrow())),
            entry(AUDIENCE, "audience", audiences(value(AUDIENCE).orElseThrow())));
    file.add(entry(ISSUER, "issuers", new Sequence(at(ISSUER), List.of(issuer))));
    Node upstream = scalar(UPSTREAM, value(UPSTREAM).orElseThrow());
    file.add(
        entry(UPSTREAM, "upstreams", mapping(UPSTREAM, entry(UPSTREAM, "upstream", upstream))));
    Node route =
        mapping(
            UPSTREAM,
            entry(UPSTREAM, "path", scalar(UPSTREAM, "/**")),
            entry(UPSTREAM, "upstream", scalar(UPSTREAM, "upstream")),
            entry(UPSTREAM, "require", mapping(UPSTREAM)));
    file.add(entry(UPSTREAM, "routes", new Sequence(at(UPSTREAM), List.of(route))));
    return new Mapping(at(ISSUER), file);
  }

  private static Node listen(String variable, String value) {
    return mapping(variable, entry(variable, "listen", scalar(variable, value)));
  }

  /** Several audiences stand with commas between them; a token must be meant for one. */
  private static Node audiences(String value) {
    return new Sequence(
        at(AUDIENCE),
        Arrays.stream(value.split(",", -1)).map(item -> scalar(AUDIENCE, item.strip())).toList());
  }

  private static Node scalar(String variable, String value) {
    String written = value.isEmpty() ? "\"\"" : value;
    return new Scalar(at(variable), value, written, Node.Type.SUBSTITUTED);
  }

  private static Node mapping(String variable, Entry... entries) {
    return new Mapping(at(variable), List.of(entries));
  }

  private static Entry entry(String variable, String key, Node value) {
    return new Entry(at(variable), key, value);
  }

  private static Position at(String variable) {
    return new Position(ALL.indexOf(variable) + 1, 1);
  }
}
