package dev.bearward.observe;

import dev.bearward.tls.TlsListener;
import io.micrometer.core.instrument.Counter;
import java.nio.file.Path;

/** Meters of TLS. */
final class TlsMeters implements TlsListener {
  private final Counter clients;
  private final Counter upstreams;
  private final Counter reread;
  private final Counter broken;

  TlsMeters(Registry registry) {
    this.clients = registry.counter(Metric.TLS_HANDSHAKES_FAILED, "client");
    this.upstreams = registry.counter(Metric.TLS_HANDSHAKES_FAILED, "upstream");
    this.reread = registry.counter(Metric.TLS_RELOADS, "ok");
    this.broken = registry.counter(Metric.TLS_RELOADS, "failed");
  }

  @Override
  public void clientRefused(String why) {
    clients.increment();
  }

  @Override
  public void serverRefused(String server, String why) {
    upstreams.increment();
  }

  @Override
  public void reread(String what) {
    reread.increment();
  }

  @Override
  public void broken(Path file, String why) {
    broken.increment();
  }
}
