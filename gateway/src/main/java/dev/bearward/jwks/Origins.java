package dev.bearward.jwks;

import dev.bearward.outbound.OutboundClients;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;

/** Chooses the origin that an issuer's settings ask for. */
final class Origins {
  private Origins() {}

  static KeySetOrigin of(KeySetSettings issuer, OutboundClients clients, InstantSource clock)
      throws IOException {
    Duration timeout = issuer.refresh().timeout();
    return switch (issuer.location()) {
      case KeySetSettings.Discovery _ ->
          new DiscoveredKeys(issuer.issuer(), remote(issuer, clients), timeout, clock);
      case KeySetSettings.Url(var uri) -> {
        RemoteKeys remote = remote(issuer, clients);
        yield () -> remote.keys(uri, timeout);
      }
      case KeySetSettings.File(var path) -> new FileKeys(path);
      case KeySetSettings.Inline(String json) -> () -> inline(json);
      case KeySetSettings.NoKeys _ -> () -> inline("{\"keys\":[]}");
    };
  }

  private static CompletableFuture<Fetched> inline(String json) {
    byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
    return CompletableFuture.completedFuture(KeySetReader.read("inline keys", utf8, null));
  }

  private static RemoteKeys remote(KeySetSettings issuer, OutboundClients clients)
      throws IOException {
    OwnToken token = issuer.token() == null ? null : new OwnToken(issuer.token());
    return new RemoteKeys(clients.to(issuer.http()), issuer.insecureHttp(), token);
  }
}
