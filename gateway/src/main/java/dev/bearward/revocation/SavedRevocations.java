package dev.bearward.revocation;

import dev.bearward.token.Revocation;
import dev.bearward.token.RevocationIndex;
import dev.bearward.token.Revocations;
import dev.bearward.token.Verified;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The revocations that a gateway saved, to be looked at and left as they are. */
public final class SavedRevocations implements Revocations {
  private final RevocationIndex index;

  private SavedRevocations(RevocationIndex index) {
    this.index = index;
  }

  /**
   * Reads them; there are none where nothing is saved.
   *
   * @throws IOException when the file cannot be read; the message names it
   */
  public static SavedRevocations read(RevocationSettings settings, InstantSource clock)
      throws IOException {
    var index = new RevocationIndex(LocalRevocations.LIMIT, clock);
    if (settings.persist() != null) {
      for (Revocation revocation : new RevocationFile(settings.persist()).load()) {
        var _ = index.add(revocation);
      }
    }
    return new SavedRevocations(index);
  }

  @Override
  public boolean deny(Verified token) {
    return index.deny(token);
  }

  @Override
  public List<Revocation> all() {
    return index.all();
  }

  @Override
  public CompletionStage<Added> add(Revocation revocation) {
    throw new UnsupportedOperationException("revocations: saved ones (expected: only looked at)");
  }
}
