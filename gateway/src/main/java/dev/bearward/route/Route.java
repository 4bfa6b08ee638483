package dev.bearward.route;

import dev.bearward.http.PathForm;
import dev.bearward.policy.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One route of the configuration.
 *
 * @param name unique; label in metrics and logs
 * @param hosts hosts it answers for; empty: any host
 * @param path which paths it answers
 * @param methods methods it answers; empty: every method except TRACE and CONNECT
 * @param catchesRest whether it may catch methods that a more specific route leaves out
 * @param upstream name of the upstream
 * @param requirement what it demands
 * @param forwardToken whether the token goes upstream; by default it is stripped
 * @param responseTimeout longest wait for the upstream's response head, or null for the upstream's
 *     own
 * @param maxBody most bytes of a request body, or null for no limit
 * @param pathForm what its paths may hold beyond what all readers understand alike
 * @param origin where it stands in the configuration
 */
public record Route(
    String name,
    List<HostPattern> hosts,
    PathPattern path,
    Set<String> methods,
    boolean catchesRest,
    String upstream,
    Requirement requirement,
    boolean forwardToken,
    @Nullable Duration responseTimeout,
    @Nullable Long maxBody,
    PathForm pathForm,
    Origin origin) {
  private static final Set<String> REGISTERED_METHODS =
      Set.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");

  /** Keeps copies; a host that stands twice counts once. */
  public Route {
    hosts = hosts.stream().distinct().toList();
    methods = Set.copyOf(methods);
  }

  /** A route whose paths hold nothing ambiguous. */
  public Route(
      String name,
      List<HostPattern> hosts,
      PathPattern path,
      Set<String> methods,
      boolean catchesRest,
      String upstream,
      Requirement requirement,
      boolean forwardToken,
      @Nullable Duration responseTimeout,
      @Nullable Long maxBody,
      Origin origin) {
    this(
        name,
        hosts,
        path,
        methods,
        catchesRest,
        upstream,
        requirement,
        forwardToken,
        responseTimeout,
        maxBody,
        PathForm.STRICT,
        origin);
  }

  /** Methods it takes, sorted; the registered ones stand for every method. */
  public SortedSet<String> methodsByName() {
    var names = new TreeSet<>(methods.isEmpty() ? REGISTERED_METHODS : methods);
    names.removeAll(RouteTable.NEVER_ROUTED);
    return names;
  }
}
