package dev.bearward.proxy;

import java.util.List;
import java.util.random.RandomGenerator;

/** Chooses one of several endpoints, for one event loop. */
interface Balancer {
  /** One of at least two. */
  int choose(List<Endpoint> endpoints);

  /** The balancer of that kind. */
  static Balancer of(Balance kind, RandomGenerator random) {
    return switch (kind) {
      case LEAST_REQUESTS -> new LeastRequests(random);
      case ROUND_ROBIN -> new RoundRobin(random);
    };
  }

  /** The power of two choices: close to the best, and never a herd at the one that looks best. */
  record LeastRequests(RandomGenerator random) implements Balancer {
    @Override
    public int choose(List<Endpoint> endpoints) {
      int one = random.nextInt(endpoints.size());
      int other = random.nextInt(endpoints.size() - 1);
      if (other >= one) {
        other++;
      }
      return endpoints.get(other).load() < endpoints.get(one).load() ? other : one;
    }
  }

  /** One after the other; where it begins is chance, lest all loops begin with the same one. */
  final class RoundRobin implements Balancer {
    private int next;

    RoundRobin(RandomGenerator random) {
      this.next = random.nextInt(Integer.MAX_VALUE);
    }

    @Override
    public int choose(List<Endpoint> endpoints) {
      next = next == Integer.MAX_VALUE ? 0 : next + 1;
      return next % endpoints.size();
    }
  }
}
