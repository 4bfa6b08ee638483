package dev.bearward.cluster;

import dev.bearward.http.Reason;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.TokenVerifier;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes no token before the revocations were read for the first time: an instance that starts while
 * Redis does not answer cannot know which tokens the others deny.
 */
final class UntilRevocationsKnown implements TokenVerifier {
  private static final Unavailable UNKNOWN = new Unavailable(Reason.STATE_UNAVAILABLE, Link.BEAT);

  private final TokenVerifier verifier;
  private final BooleanSupplier known;

  UntilRevocationsKnown(TokenVerifier verifier, BooleanSupplier known) {
    this.verifier = verifier;
    this.known = known;
  }

  @Override
  public @Nullable Verification recall(BearerCredentials.Token token) {
    Verification found = verifier.recall(token);
    return found == null || known.getAsBoolean() ? found : UNKNOWN;
  }

  @Override
  public Verification verify(BearerCredentials.Token token) {
    return known.getAsBoolean() ? verifier.verify(token) : UNKNOWN;
  }

  @Override
  public Verification verify(String token) {
    return known.getAsBoolean() ? verifier.verify(token) : UNKNOWN;
  }

  @Override
  public TokenVerifier onRoute(Set<String> issuers) {
    return new UntilRevocationsKnown(verifier.onRoute(issuers), known);
  }
}
