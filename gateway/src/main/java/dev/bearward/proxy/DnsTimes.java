package dev.bearward.proxy;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.resolver.dns.DnsCache;
import io.netty.resolver.dns.DnsCacheEntry;
import io.netty.resolver.dns.DnsCnameCache;
import io.netty.resolver.dns.NoopDnsCache;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Caches nothing, but notes for how long the records of one look-up are good: as long as the
 * shortest-lived of them. Used by the one event loop of that look-up.
 */
final class DnsTimes implements DnsCache, DnsCnameCache {
  private long seconds = Long.MAX_VALUE;

  /** How long what was found is good, or {@code otherwise} when no record said. */
  Duration shortest(Duration otherwise) {
    return seconds == Long.MAX_VALUE ? otherwise : Duration.ofSeconds(seconds);
  }

  private void note(long ttl) {
    seconds = Math.min(seconds, Math.max(0, ttl));
  }

  @Override
  public DnsCacheEntry cache(
      String host, DnsRecord[] additionals, InetAddress address, long ttl, EventLoop loop) {
    note(ttl);
    return NoopDnsCache.INSTANCE.cache(host, additionals, address, ttl, loop);
  }

  @Override
  public DnsCacheEntry cache(
      String host, DnsRecord[] additionals, Throwable cause, EventLoop loop) {
    return NoopDnsCache.INSTANCE.cache(host, additionals, cause, loop);
  }

  @Override
  public void cache(String host, String cname, long ttl, EventLoop loop) {
    note(ttl);
  }

  @Override
  public List<? extends DnsCacheEntry> get(String host, DnsRecord[] additionals) {
    return List.of();
  }

  @Override
  public @Nullable String get(String host) {
    return null;
  }

  @Override
  public void clear() {
    // Nothing is kept.
  }

  @Override
  public boolean clear(String host) {
    return false;
  }
}
