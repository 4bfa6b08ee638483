package dev.bearward.app;

import dev.bearward.config.GatewaySettings;
import dev.bearward.proxy.UpstreamSettings;
import dev.bearward.tls.ClientTls;
import dev.bearward.tls.ClientTlsSettings;
import dev.bearward.tls.ServerTls;
import dev.bearward.tls.ServerTlsSettings;
import dev.bearward.tls.TlsListener;
import dev.bearward.tls.TlsProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All TLS of one gateway, and the regular look at its files. Nothing is loaded where none is. */
final class TlsContexts implements AutoCloseable {
  /** How often files are looked at. */
  static final Duration INTERVAL = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(TlsContexts.class);
  private static final List<String> PROTOCOLS = List.of("http/1.1");

  private final Map<String, ClientTls> upstreams = new HashMap<>();
  private @Nullable ServerTls server;

  private TlsContexts() {}

  /**
   * Reads all files.
   *
   * @throws IOException when one cannot be read or used; then nothing is held
   */
  static TlsContexts open(GatewaySettings settings, TlsListener listener) throws IOException {
    var contexts = new TlsContexts();
    try {
      contexts.fill(settings, listener);
      return contexts;
    } catch (IOException e) {
      contexts.close();
      throw e;
    }
  }

  private void fill(GatewaySettings settings, TlsListener listener) throws IOException {
    ServerTlsSettings own = settings.tls();
    if (own != null) {
      server = ServerTls.open(own, TlsProvider.best(), PROTOCOLS, listener);
    }
    for (UpstreamSettings upstream : settings.upstreams()) {
      ClientTlsSettings tls = upstream.tls();
      if (tls != null) {
        upstreams.put(upstream.name(), ClientTls.open(tls, TlsProvider.best(), listener));
      }
    }
    if (isUsed()) {
      LOG.info("TLS by {}", TlsProvider.best().description());
    }
  }

  private boolean isUsed() {
    return server != null || !upstreams.isEmpty();
  }

  /** Looks at the files now and then, on that scheduler. */
  void watch(ScheduledExecutorService scheduler, Duration interval) {
    if (isUsed()) {
      long nanos = interval.toNanos();
      var _ = scheduler.scheduleWithFixedDelay(this::look, nanos, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void look() {
    try {
      if (server != null) {
        server.look();
      }
      upstreams.values().forEach(ClientTls::look);
    } catch (RuntimeException e) {
      LOG.error("TLS files could not be looked at", e); // The next look comes nevertheless.
    }
  }

  /** Of the listeners, or null. */
  @Nullable ServerTls server() {
    return server;
  }

  /** Of the upstreams that have it, by name. */
  Map<String, ClientTls> upstreams() {
    return upstreams;
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    upstreams.values().forEach(ClientTls::close);
  }
}
