package dev.bearward.app;

import dev.bearward.access.Permit;
import dev.bearward.config.GatewaySettings;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.proxy.EndpointAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is let through, and how it goes upstream. */
final class OnwardLines {
  /** Fields whose value is never shown, wherever they go. */
  private static final Set<String> CREDENTIALS = Set.of("authorization", "dpop");

  /** Where a token may stand on routes that look for one there. */
  private static final Set<String> OTHER_PLACES = Set.of("cookie", "sec-websocket-protocol");

  private OnwardLines() {}

  static List<String> of(
      GatewaySettings settings,
      Permit permit,
      @Nullable RequestHead sent,
      @Nullable String forwarded) {
    var lines = new ArrayList<String>();
    Reason reported = permit.reported();
    if (reported != null) {
      lines.add(
          "would be refused: " + reported.label() + ", but the route only reports (mode: report)");
    }
    lines.add(
        "let through to upstream " + permit.route().upstream() + address(settings, permit) + ":");
    lines.add("");
    String head = forwarded == null ? "" : forwarded;
    Set<String> configured = configured(settings, permit);
    for (String line : head.strip().split("\r\n", -1)) {
      lines.add(shown(line, reported != null, configured));
    }
    lines.add("");
    Set<String> removed = removed(sent, head);
    if (!removed.isEmpty()) {
      lines.add("taken out: " + String.join(", ", removed));
    }
    if (!permit.responseHeaders().isEmpty()) {
      lines.add(
          permit.responseHeaders().stream()
              .map(header -> header.name() + ": " + header.value())
              .collect(Collectors.joining("; ", "added to the response: ", "")));
    }
    return lines;
  }

  private static String address(GatewaySettings settings, Permit permit) {
    return settings.upstreams().stream()
        .filter(upstream -> upstream.name().equals(permit.route().upstream()))
        .map(upstream ->
            upstream.endpoints().stream()
                .map(EndpointAddress::text)
                .collect(Collectors.joining(", ", " (", ")")))
        .findFirst()
        .orElse("");
  }

  /** Names of the fields that the route sets; an upstream's own key may be among their values. */
  private static Set<String> configured(GatewaySettings settings, Permit permit) {
    return settings.routes().stream()
        .filter(plan -> plan.route().name().equals(permit.route().name()))
        .flatMap(plan -> plan.changes().requestHeaders().written().stream())
        .map(header -> header.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  /**
   * A line of the head without credentials.
   *
   * @param asItCame whether a token may still stand where only some routes look for one
   */
  private static String shown(String line, boolean asItCame, Set<String> configured) {
    int colon = line.indexOf(':');
    boolean field = colon > 0 && line.indexOf(' ') == colon + 1;
    if (!field) {
      return asItCame ? line.replaceFirst("\\?\\S*", "?(not shown)") : line;
    }
    String name = name(line);
    if (configured.contains(name)) {
      return line.substring(0, colon) + ": (as requestHeaders says)";
    }
    boolean hidden = CREDENTIALS.contains(name) || (asItCame && OTHER_PLACES.contains(name));
    return hidden ? line.substring(0, colon) + ": (not shown)" : line;
  }

  private static String name(String line) {
    return line.substring(0, Math.max(0, line.indexOf(':'))).toLowerCase(Locale.ROOT);
  }

  /** Names of the client's fields that do not go on as they came. */
  private static Set<String> removed(@Nullable RequestHead sent, String forwarded) {
    Set<String> onward =
        forwarded
            .lines()
            .skip(1)
            .map(line -> name(line) + line.substring(name(line).length()))
            .collect(Collectors.toSet());
    var removed = new TreeSet<String>();
    if (sent != null) {
      sent.headers()
          .forEach((name, value) -> {
            String field = name.toLowerCase(Locale.ROOT);
            if (!onward.contains(field + ": " + value)) {
              removed.add(field);
            }
          });
    }
    return removed;
  }
}
