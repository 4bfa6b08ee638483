package dev.bearward.binding;

import dev.bearward.http.Authority;
import dev.bearward.http.PublicUrl;
import dev.bearward.http.TestHeads;
import dev.bearward.token.CryptoInUse;
import dev.bearward.token.IssuerSettings;
import java.time.InstantSource;
import java.util.List;

/** Checks of possession for tests. */
public final class TestPossession {
  private static final Authority API = TestHeads.authority("api.example.com");

  /** Where clients of the tests reach the gateway. */
  public static final PublicUrl URL = new PublicUrl(true, API, "");

  private static final byte[] SECRET = new byte[32];

  private TestPossession() {}

  /** For issuers whose tokens are never bound. */
  public static ProofOfPossession none() {
    return of(InstantSource.system());
  }

  /** For those issuers, whose clients reach the gateway at {@link #URL}. */
  public static ProofOfPossession of(InstantSource clock, IssuerSettings... issuers) {
    return of(new InMemoryReplayGuard(1_000, clock, 7), clock, issuers);
  }

  /** With another memory of used proofs. */
  public static ProofOfPossession of(
      ReplayGuard used, InstantSource clock, IssuerSettings... issuers) {
    return new ProofOfPossession(
        List.of(issuers), URL, used, new CryptoInUse(), SECRET.clone(), clock);
  }
}
