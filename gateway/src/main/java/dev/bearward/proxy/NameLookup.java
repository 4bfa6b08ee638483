package dev.bearward.proxy;

import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Port: looks host names up, without ever blocking the caller. */
public interface NameLookup {
  /**
   * What a name stands for.
   *
   * @param addresses the preferred one first; at least one
   * @param usableFor how long they are good
   */
  record Addresses(List<InetAddress> addresses, Duration usableFor) {
    public Addresses {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * Looks a name up; completes on any thread, exceptionally when it stands for nothing.
   *
   * @param loop that a look-up may use for its sockets
   */
  CompletionStage<Addresses> find(String host, EventLoop loop);
}
