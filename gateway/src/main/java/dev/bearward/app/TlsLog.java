package dev.bearward.app;

import dev.bearward.tls.TlsListener;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what an operator should know of TLS: of failed handshakes one line in ten seconds, with the
 * number of those since the one before, for the clients together and for each server by itself.
 */
final class TlsLog implements TlsListener {
  private static final Logger LOG = LoggerFactory.getLogger("dev.bearward.tls");

  private final LongSupplier nanos;
  private final Throttle clients;
  private final Map<String, Throttle> servers = new ConcurrentHashMap<>();

  /**
   * @param nanos a clock as {@link System#nanoTime()}
   */
  TlsLog(LongSupplier nanos) {
    this.nanos = nanos;
    this.clients = new Throttle(LOG, nanos);
  }

  @Override
  public void clientRefused(String why) {
    clients.say("TLS handshake of a client failed", why);
  }

  @Override
  public void serverRefused(String server, String why) {
    servers
        .computeIfAbsent(server, _ -> new Throttle(LOG, nanos))
        .say("TLS handshake with upstream " + server + " failed", why);
  }

  @Override
  public void reread(String what) {
    LOG.info("TLS files changed and are in use: {}", what);
  }

  @Override
  public void broken(Path file, String why) {
    LOG.error("TLS files changed and are NOT in use, the last good ones are: {}: {}", file, why);
  }
}
