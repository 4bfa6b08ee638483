package dev.bearward.app;

import dev.bearward.config.GatewaySettings;
import dev.bearward.jwks.KeySetListener;
import dev.bearward.jwks.KeySetView;
import dev.bearward.jwks.KeySets;
import dev.bearward.outbound.OutboundClients;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What {@code check} tells of a configuration that has no problem. */
public final class Inspection {
  private Inspection() {}

  /** The effective route table in columns, the most specific route first. */
  public static List<String> routeTable(GatewaySettings settings) {
    return RouteStates.lines(settings.routes());
  }

  /** Whether an issuer's keys can be had, and a line that says so. */
  public record Issuer(boolean hasKeys, String line) {}

  /**
   * Fetches every issuer's keys, each within its own time-out.
   *
   * @throws IOException when an issuer's CA file cannot be read
   */
  public static List<Issuer> issuers(GatewaySettings settings) throws IOException {
    var found = new ArrayList<Issuer>();
    try (var clients = new OutboundClients();
        var scheduler = Schedulers.keys();
        var keys =
            new KeySets(
                settings.keySets(),
                clients,
                Schedulers.environment(scheduler, 1, KeySetListener.NONE))) {
      for (var set : settings.keySets()) {
        var refreshed = keys.refreshNow(set.issuerName());
        if (refreshed.isPresent()) {
          CompletionStage<KeySetView> stage = refreshed.get();
          Duration limit = set.refresh().timeout().multipliedBy(4).plusSeconds(1);
          Drain.await("fetching the keys of " + set.issuerName(), stage, limit);
        }
      }
      keys.views().forEach(view -> found.add(issuer(view)));
    }
    return found;
  }

  private static Issuer issuer(KeySetView view) {
    String state =
        view.hasKeys()
            ? view.keys() + " key(s) " + view.keyIds()
            : "no keys: " + (view.lastError() == null ? "not fetched in time" : view.lastError());
    return new Issuer(view.hasKeys(), "issuer " + view.issuer() + ": " + state);
  }
}
