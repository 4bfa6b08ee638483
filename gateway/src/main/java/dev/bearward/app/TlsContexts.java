package dev.bearward.app;

import dev.bearward.proxy.UpstreamSettings;
import dev.bearward.tls.ClientTls;
import dev.bearward.tls.ClientTlsSettings;
import dev.bearward.tls.ServerTls;
import dev.bearward.tls.ServerTlsSettings;
import dev.bearward.tls.TlsListener;
import dev.bearward.tls.TlsProvider;
import io.netty.handler.ssl.ApplicationProtocolNames;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All TLS of one gateway, and the regular look at its files. Nothing is loaded where none is. */
final class TlsContexts implements AutoCloseable {
  /** How often files are looked at. */
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /**
   * How long an upstream that is no longer configured may still open connections, for requests that
   * waited when it went: longer than any of them waits for a decision.
   */
  private static final Duration AFTERLIFE = Duration.ofMinutes(10);

  private static final Logger LOG = LoggerFactory.getLogger(TlsContexts.class);
  private static final List<String> HTTP1 = List.of("http/1.1");
  private static final List<String> HTTP2 = List.of("h2", "http/1.1");

  private final TlsListener listener;
  private final ScheduledExecutorService scheduler;
  private final Set<ClientTls> clients = ConcurrentHashMap.newKeySet();
  private final @Nullable ServerTls server;
  private boolean watching;

  /**
   * Reads the files of the listeners.
   *
   * @param own of the listeners, or null for none
   * @param http2 whether HTTP/2 is offered in the handshake
   * @param scheduler looks at the files now and then; not closed here
   * @throws IOException when a file cannot be read or used
   */
  TlsContexts(
      @Nullable ServerTlsSettings own,
      boolean http2,
      TlsListener listener,
      ScheduledExecutorService scheduler)
      throws IOException {
    this.listener = listener;
    this.scheduler = scheduler;
    List<String> protocols = http2 ? HTTP2 : HTTP1;
    this.server = own == null ? null : ServerTls.open(own, TlsProvider.best(), protocols, listener);
    if (server != null) {
      watch();
    }
  }

  /** Of the listeners, or null. */
  @Nullable ServerTls server() {
    return server;
  }

  /** TLS towards one upstream, and what it was made of. */
  record OfUpstream(ClientTlsSettings settings, List<String> offers, ClientTls tls) {}

  /**
   * TLS of the upstreams that have it, by name; where the settings are those of before, it is the
   * same.
   *
   * @throws IOException when a file cannot be read or used; then nothing new is held
   */
  Map<String, OfUpstream> upstreams(
      List<UpstreamSettings> upstreams, Map<String, OfUpstream> before) throws IOException {
    Map<String, OfUpstream> all = new HashMap<>();
    try {
      for (UpstreamSettings upstream : upstreams) {
        ClientTlsSettings settings = upstream.tls();
        if (settings != null) {
          OfUpstream known = before.get(upstream.name());
          List<String> offers = offers(upstream);
          boolean same =
              known != null && known.settings().equals(settings) && known.offers().equals(offers);
          all.put(upstream.name(), same ? known : open(settings, offers));
        }
      }
    } catch (IOException e) {
      drop(all.values(), before.values());
      throw e;
    }
    return all;
  }

  private static List<String> offers(UpstreamSettings upstream) {
    return switch (upstream.protocol()) {
      case AUTO -> List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
      case HTTP1 -> List.of();
      case HTTP2 -> List.of(ApplicationProtocolNames.HTTP_2);
    };
  }

  private OfUpstream open(ClientTlsSettings settings, List<String> offers) throws IOException {
    ClientTls tls = ClientTls.open(settings, TlsProvider.best(), offers, listener);
    clients.add(tls);
    watch();
    return new OfUpstream(settings, offers, tls);
  }

  /** Closes what was never used: those that are not kept. */
  void drop(Collection<OfUpstream> opened, Collection<OfUpstream> kept) {
    opened.stream().filter(one -> !kept.contains(one)).forEach(one -> close(one.tls()));
  }

  /** Closes those that the next configuration does not keep, when nobody can need them any more. */
  void retire(Collection<OfUpstream> before, Collection<OfUpstream> kept) {
    List<OfUpstream> gone = before.stream().filter(one -> !kept.contains(one)).toList();
    if (!gone.isEmpty()) {
      Runnable end = () -> gone.forEach(one -> close(one.tls()));
      var _ = scheduler.schedule(end, AFTERLIFE.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void close(ClientTls tls) {
    if (clients.remove(tls)) {
      tls.close();
    }
  }

  private void watch() {
    if (!watching) {
      watching = true;
      LOG.info("TLS by {}", TlsProvider.best().description());
      long nanos = INTERVAL.toNanos();
      var _ = scheduler.scheduleWithFixedDelay(this::look, nanos, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void look() {
    try {
      if (server != null) {
        server.look();
      }
      clients.forEach(ClientTls::look);
    } catch (RuntimeException e) {
      LOG.error("TLS files could not be looked at", e); // The next look comes nevertheless.
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    clients.forEach(this::close);
  }
}
