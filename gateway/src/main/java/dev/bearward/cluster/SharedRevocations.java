package dev.bearward.cluster;

import dev.bearward.cluster.ClusterListener.Question;
import dev.bearward.token.Revocation;
import dev.bearward.token.Revocations;
import dev.bearward.token.Verified;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The revocations of all instances. Each instance has all of them in its own memory, and looks
 * nowhere else when it judges a token. A new one goes to Redis, which tells the others; every beat
 * compares a counter of changes, so what was not heard is read; and now and then everything is
 * compared, so that what Redis lost is given back to it. Nothing is ever dropped here because it is
 * not there.
 */
final class SharedRevocations implements Revocations, Link.Upkeep {
  /** Most revocations at a time, as in each instance. */
  static final int LIMIT = 50_000;

  /** Time after which everything is compared, whatever the counter says. */
  static final Duration COMPARED = Duration.ofMinutes(1);

  private static final int BATCH = 200;
  private static final long UNKNOWN = -1;
  private static final List<String> READ_KEYS =
      List.of(Names.REVOCATIONS, Names.REVOCATION_VERSION);
  private static final List<String> REVOKE_KEYS =
      List.of(Names.REVOCATIONS, Names.REVOCATION_ENDS, Names.REVOCATION_VERSION);

  private final Revocations own;
  private final Link link;
  private final Executor executor;
  private final InstantSource clock;
  private final ClusterListener listener;

  /** Changes that this instance knows; for the executor only, as the next. */
  private long version = UNKNOWN;

  private long comparedMillis;

  /** There may be something here that is not in Redis, or the other way. */
  private volatile boolean differs;

  /**
   * @param own the revocations of this instance
   * @param executor one thread
   */
  SharedRevocations(
      Revocations own,
      Link link,
      Executor executor,
      InstantSource clock,
      ClusterListener listener) {
    this.own = own;
    this.link = link;
    this.executor = executor;
    this.clock = clock;
    this.listener = listener;
  }

  @Override
  public boolean deny(Verified token) {
    return own.deny(token);
  }

  @Override
  public List<Revocation> all() {
    return own.all();
  }

  @Override
  public CompletionStage<Added> add(Revocation revocation) {
    CompletableFuture<Added> here = own.add(revocation).toCompletableFuture();
    if (here.getNow(null) instanceof Full) {
      return here;
    }
    return here.thenCombine(share(revocation), Shared::new);
  }

  /** Tells the others; what became of it, or null when it went well. */
  private CompletionStage<@Nullable String> share(Revocation revocation) {
    List<String> arguments = arguments(List.of(RevocationRow.of(revocation)));
    CompletionStage<List<Object>> answer =
        link.ask(Question.REVOCATION, line -> line.run(Script.REVOKE, REVOKE_KEYS, arguments));
    if (answer == null) {
      differs = true;
      return CompletableFuture.completedStage("Redis does not answer; it is told once it does");
    }
    return answer.handle((found, failure) -> {
      if (failure != null) {
        differs = true;
        return "Redis did not answer well and is told again: " + Link.words(failure);
      }
      return refused(found) == 0 ? null : "Redis holds as many as there may be: " + LIMIT;
    });
  }

  private static List<String> arguments(List<RevocationRow> rows) {
    var arguments = new ArrayList<String>(2 + 3 * rows.size());
    arguments.add(Integer.toString(LIMIT));
    arguments.add(Long.toString(Revocation.LEEWAY.toMillis()));
    rows.forEach(row -> arguments.addAll(row.arguments()));
    return arguments;
  }

  private static long refused(List<Object> answer) {
    return (Long) answer.get(1);
  }

  @Override
  public CompletionStage<?> begin(Line line) {
    return compare(line);
  }

  @Override
  public CompletionStage<?> beat(Line line) {
    return line.get(Names.REVOCATION_VERSION)
        .thenComposeAsync(
            counted ->
                differs || number(counted) != version || comparisonIsDue()
                    ? compare(line)
                    : CompletableFuture.completedStage(null),
            executor);
  }

  private boolean comparisonIsDue() {
    return clock.millis() - comparedMillis >= COMPARED.toMillis();
  }

  /** Takes over what another instance published, if nothing came before it that was not heard. */
  @Override
  public void heard(String message) {
    String[] parts = message.split(" ", -1);
    long counted = number(parts[0]);
    if (counted == version) {
      return;
    }
    if (counted != version + 1 || version == UNKNOWN) {
      differs = true;
      link.lookNow(this);
      return;
    }
    var rows = new ArrayList<@Nullable RevocationRow>();
    for (int i = 1; i + 2 < parts.length; i += 3) {
      rows.add(RevocationRow.of(parts[i], parts[i + 1], parts[i + 2]));
    }
    adopt(rows, known());
    version = counted;
  }

  /** Reads everything, takes what is new, and gives back what Redis lacks. */
  private CompletionStage<?> compare(Line line) {
    return line.run(Script.READ, READ_KEYS, List.of())
        .thenComposeAsync(
            found -> {
              differs = false;
              comparedMillis = clock.millis();
              Map<String, RevocationRow> there = new HashMap<>();
              var rows = rows((List<?>) found.get(1), there);
              Map<String, RevocationRow> here = known();
              adopt(rows, here);
              version = number((String) found.get(0));
              return give(line, here.values().stream().filter(row -> lacks(there, row)).toList());
            },
            executor)
        .whenComplete((_, failure) -> {
          if (failure != null) {
            differs = true;
          }
        });
  }

  private static List<@Nullable RevocationRow> rows(
      List<?> flat, Map<String, RevocationRow> byName) {
    var rows = new ArrayList<@Nullable RevocationRow>(flat.size() / 2);
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      RevocationRow row = RevocationRow.of((String) flat.get(i), (String) flat.get(i + 1));
      rows.add(row);
      if (row != null) {
        byName.put(row.row(), row);
      }
    }
    return rows;
  }

  private static boolean lacks(Map<String, RevocationRow> there, RevocationRow row) {
    RevocationRow known = there.get(row.row());
    return known == null || !known.covers(row);
  }

  private Map<String, RevocationRow> known() {
    Map<String, RevocationRow> known = new HashMap<>();
    for (Revocation revocation : own.all()) {
      RevocationRow row = RevocationRow.of(revocation);
      known.put(row.row(), row);
    }
    return known;
  }

  private void adopt(Collection<@Nullable RevocationRow> rows, Map<String, RevocationRow> here) {
    int strange = 0;
    for (RevocationRow row : rows) {
      RevocationRow known = row == null ? null : here.get(row.row());
      if (row != null && known != null && known.covers(row)) {
        continue;
      }
      Revocation revocation = row == null ? null : row.revocation();
      if (revocation == null) {
        strange++;
      } else if (clock.instant().isBefore(revocation.expiresAt().plus(Revocation.LEEWAY))) {
        adopt(revocation);
      }
    }
    if (strange > 0) {
      listener.failed(Question.REVOCATION, strange + " in Redis are none (expected: ours only)");
    }
  }

  private void adopt(Revocation revocation) {
    if (own.add(revocation).toCompletableFuture().getNow(null) instanceof Full(int limit)) {
      listener.failed(
          Question.REVOCATION, "one of another instance is not in force: " + limit + " are");
    }
  }

  private CompletionStage<?> give(Line line, List<RevocationRow> rows) {
    if (rows.isEmpty()) {
      return CompletableFuture.completedStage(null);
    }
    List<RevocationRow> first = rows.subList(0, Math.min(BATCH, rows.size()));
    return line.run(Script.REVOKE, REVOKE_KEYS, arguments(first))
        .thenCompose(answer -> {
          if (refused(answer) > 0) {
            listener.failed(Question.REVOCATION, "Redis holds as many as there may be: " + LIMIT);
          }
          return give(line, rows.subList(first.size(), rows.size()));
        });
  }

  /** A count of changes; where there is none yet, no instance has changed anything. */
  private static long number(@Nullable String text) {
    try {
      return text == null || text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      return UNKNOWN;
    }
  }
}
