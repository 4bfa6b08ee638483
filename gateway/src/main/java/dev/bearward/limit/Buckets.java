package dev.bearward.limit;

import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A part of the buckets of one limit, by the hashes of their clients. They stand in sets of {@link
 * #WAYS}. One that is full again is as good as forgotten, and its place free. A set without a free
 * place has all of them doubled, until there are as many as may be; from then on the bucket that
 * lacks least makes room, and whoever is new to its set begins with what that one had. So clients
 * forget nothing by being forgotten, and a flood of new ones takes from nobody what is known of
 * them.
 */
final class Buckets {
  /** Places of a set. */
  static final int WAYS = 16;

  private final Flow flow;
  private final int mostSets;
  private int sets = 1;
  private long[] clients = new long[WAYS];
  private long[] fullAt = new long[WAYS];

  /** When the bucket is full again that whoever is new to a set begins with. */
  private long[] fresh = new long[1];

  /**
   * @param mostSets a power of two
   */
  Buckets(Flow flow, int mostSets) {
    this.flow = flow;
    this.mostSets = mostSets;
  }

  /** Takes one token from a client's bucket, if there is one; {@code now} is above 0. */
  synchronized Spending spend(long client, long now) {
    int known = find(client);
    if (known >= 0) {
      return take(known, client, Math.max(now, fullAt[known]), now);
    }
    int place = place(client, now);
    boolean forgets = fullAt[place] > now;
    long begins = begins(place, client, now);
    Spending spending = take(place, client, begins, now);
    if (forgets && spending instanceof Spending.Allowed) {
      fresh[set(client)] = begins;
    }
    return spending;
  }

  /** Takes one token from a client's bucket, there or not; {@code now} is above 0. */
  synchronized void charge(long client, long now) {
    int known = find(client);
    int place = known >= 0 ? known : place(client, now);
    long begins = known >= 0 ? Math.max(now, fullAt[place]) : begins(place, client, now);
    if (known < 0 && fullAt[place] > now) {
      fresh[set(client)] = begins;
    }
    clients[place] = client;
    fullAt[place] = flow.charged(begins, now);
  }

  /** How long until there is a token in a client's bucket, or null when there is one. */
  synchronized @Nullable Duration delay(long client, long now) {
    int known = find(client);
    long before = known >= 0 ? fullAt[known] : fresh[set(client)];
    return flow.delay(flow.taken(Math.max(now, before)), now);
  }

  /** The place for a client that is new: a free one if there is one or may be one. */
  private int place(long client, long now) {
    int place = least(client);
    while (fullAt[place] > now && sets < mostSets) {
      grow(now);
      place = least(client);
    }
    return place;
  }

  /** When the bucket would be full again, untouched, of a client new to that place. */
  private long begins(int place, long client, long now) {
    return Math.max(now, Math.max(fresh[set(client)], fullAt[place]));
  }

  private Spending take(int place, long client, long before, long now) {
    long after = flow.taken(before);
    Spending spending = flow.spending(after, now);
    if (spending instanceof Spending.Allowed) {
      clients[place] = client;
      fullAt[place] = after;
    }
    return spending;
  }

  private int set(long client) {
    return (int) client & (sets - 1);
  }

  private int find(long client) {
    int first = set(client) * WAYS;
    for (int i = first; i < first + WAYS; i++) {
      if (clients[i] == client && fullAt[i] != 0) {
        return i;
      }
    }
    return -1;
  }

  /** The place of the bucket of that client's set that lacks least. */
  private int least(long client) {
    int first = set(client) * WAYS;
    int least = first;
    for (int i = first + 1; i < first + WAYS; i++) {
      if (fullAt[i] < fullAt[least]) {
        least = i;
      }
    }
    return least;
  }

  private void grow(long now) {
    long[] oldClients = clients;
    long[] oldFullAt = fullAt;
    fresh = Arrays.copyOf(fresh, 2 * sets);
    System.arraycopy(fresh, 0, fresh, sets, sets);
    sets *= 2;
    clients = new long[sets * WAYS];
    fullAt = new long[sets * WAYS];
    for (int i = 0; i < oldClients.length; i++) {
      if (oldFullAt[i] > now) {
        int place = least(oldClients[i]);
        clients[place] = oldClients[i];
        fullAt[place] = oldFullAt[i];
      }
    }
  }

  /** Buckets that are not full. */
  synchronized int count(long now) {
    return (int) Arrays.stream(fullAt).filter(full -> full > now).count();
  }
}
