package dev.bearward.outbound;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** The process's outbound clients, one per choice of trust and proxy, on one small executor. */
public final class OutboundClients implements AutoCloseable {
  /** Name resolution blocks a thread, so there are some more than the work itself would need. */
  private static final int THREADS = 4;

  private static final int IDLE_SECONDS = 30;

  private final ExecutorService executor = executor();
  private final Map<OutboundSettings, OutboundClient> clients = new HashMap<>();
  private final Map<OutboundSettings, byte[]> authorities = new HashMap<>();

  /**
   * The client of those settings.
   *
   * @throws IOException when the CA file cannot be read
   */
  public synchronized OutboundClient to(OutboundSettings settings) throws IOException {
    OutboundClient known = clients.get(settings);
    if (known != null) {
      return known;
    }
    byte[] pem = pem(settings);
    OutboundClient made = new OutboundClient(open(settings, pem));
    clients.put(settings, made);
    authorities.put(settings, pem);
    return made;
  }

  /**
   * Reads the CA files of those settings again. What has changed holds for calls to come once all
   * are good; otherwise nothing is changed.
   *
   * @throws IOException when a file cannot be read or used
   */
  public synchronized void reread(Collection<OutboundSettings> used) throws IOException {
    Map<OutboundSettings, HttpClient> fresh = new HashMap<>();
    Map<OutboundSettings, byte[]> changed = new HashMap<>();
    for (OutboundSettings settings : used) {
      byte[] before = authorities.get(settings);
      if (before != null && settings.ca() != null) {
        byte[] now = pem(settings);
        if (!Arrays.equals(before, now)) {
          fresh.put(settings, open(settings, now));
          changed.put(settings, now);
        }
      }
    }
    authorities.putAll(changed);
    fresh.forEach((settings, client) -> client(settings).use(client));
  }

  private OutboundClient client(OutboundSettings settings) {
    return Objects.requireNonNull(clients.get(settings));
  }

  private static byte[] pem(OutboundSettings settings) throws IOException {
    return settings.ca() == null ? new byte[0] : TrustedAuthorities.read(settings.ca());
  }

  /** Ends every call under way. */
  @Override
  public synchronized void close() {
    clients.values().forEach(OutboundClient::close);
    executor.shutdownNow();
  }

  private HttpClient open(OutboundSettings settings, byte[] pem) throws IOException {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(proxy(settings))
            .executor(executor);
    SSLContext trust =
        settings.ca() == null
            ? PlatformTrust.context()
            : TrustedAuthorities.and(settings.ca(), pem);
    return builder.sslContext(trust).build();
  }

  private static ProxySelector proxy(OutboundSettings settings) {
    URI proxy = settings.proxy();
    return proxy == null
        ? HttpClient.Builder.NO_PROXY
        : ProxySelector.of(InetSocketAddress.createUnresolved(proxy.getHost(), proxy.getPort()));
  }

  private static ExecutorService executor() {
    var count = new AtomicInteger();
    var executor =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task ->
                Thread.ofPlatform()
                    .name("bearward-outbound-" + count.incrementAndGet())
                    .daemon()
                    .unstarted(task));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
