package dev.bearward.limit;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The buckets of one limit, in parts that threads use at the same time. */
final class LimitBuckets {
  private static final int PARTS = 16;
  private static final int BITS = 4;

  private final Flow flow;
  private final Buckets[] parts;

  /**
   * @param mostClients places at most: a power of two, {@link #PARTS} times {@link Buckets#WAYS} or
   *     more
   */
  LimitBuckets(RateLimit limit, int mostClients) {
    this.flow = new Flow(limit);
    int sets = mostClients / PARTS / Buckets.WAYS;
    this.parts =
        IntStream.range(0, PARTS).mapToObj(_ -> new Buckets(flow, sets)).toArray(Buckets[]::new);
  }

  /** Takes one token from a client's bucket, if there is one. */
  Spending spend(long client, long nanos) {
    return part(client).spend(client >>> BITS, flow.at(nanos));
  }

  /** Takes one token from a client's bucket, there or not. */
  void charge(long client, long nanos) {
    part(client).charge(client >>> BITS, flow.at(nanos));
  }

  /** How long until there is a token in a client's bucket, or null when there is one. */
  @Nullable Duration delay(long client, long nanos) {
    return part(client).delay(client >>> BITS, flow.at(nanos));
  }

  private Buckets part(long client) {
    return parts[(int) client & (PARTS - 1)];
  }

  /** Buckets that are not full. */
  int count(long nanos) {
    return Arrays.stream(parts).mapToInt(part -> part.count(flow.at(nanos))).sum();
  }
}
