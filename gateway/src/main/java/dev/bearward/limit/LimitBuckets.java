package dev.bearward.limit;

import java.util.Arrays;
import java.util.stream.IntStream;

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

  Spending spend(long client, long nanos) {
    return parts[(int) client & (PARTS - 1)].spend(client >>> BITS, flow.at(nanos));
  }

  /** Buckets that are not full. */
  int count(long nanos) {
    return Arrays.stream(parts).mapToInt(part -> part.count(flow.at(nanos))).sum();
  }
}
