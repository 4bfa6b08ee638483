package dev.bearward.server;

import io.netty.channel.Channel;

/** What waits for the client of one HTTP/1.1 connection, in its share of memory. */
final class UnsentResponses {
  private final Channel channel;
  private final UnsentMemory.Share share;
  private long last;

  UnsentResponses(Channel channel, UnsentMemory memory, UnsentMemory.Unread client) {
    this.channel = channel;
    this.share = memory.new Share(client);
  }

  /** Counts it; done where something has to wait, and now and then. */
  void count() {
    long now = Watch.unsent(channel);
    if (now < last) {
      share.taken(now);
    } else if (now > last) {
      share.set(now);
    }
    last = now;
  }

  /** The connection is over. */
  void close() {
    share.close();
  }
}
