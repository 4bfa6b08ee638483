package dev.bearward.access;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The requests whose decision has to wait, each in the share of the issuer it waits for. */
public final class Waiting {
  private final Map<String, WaitingShare> shares = new LinkedHashMap<>();
  private final WaitingShare rates;

  /**
   * @param issuers names of all issuers
   * @param places most requests that wait, divided equally
   */
  public Waiting(Collection<String> issuers, int places) {
    int each = placesEach(places, issuers.size());
    issuers.forEach(issuer -> shares.put(issuer, new WaitingShare(each, issuers.size())));
    rates = new WaitingShare(each, Math.max(1, issuers.size()));
  }

  /** Places of each issuer: an equal part, and at least one. */
  public static int placesEach(int places, int issuers) {
    return Math.max(1, places / Math.max(1, issuers));
  }

  /**
   * The share of one issuer.
   *
   * @throws IllegalStateException when there is no such issuer, which is a bug
   */
  WaitingShare of(String issuer) {
    WaitingShare share = shares.get(issuer);
    if (share == null) {
      throw new IllegalStateException("issuer: " + issuer + " (expected: one of the configured)");
    }
    return share;
  }

  /** The share of those that wait to hear whether they come too fast. */
  WaitingShare ofRates() {
    return rates;
  }

  /** Places taken. */
  int count() {
    return rates.taken() + shares.values().stream().mapToInt(WaitingShare::taken).sum();
  }
}
