package dev.bearward.token;

import dev.bearward.http.Reason;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses revoked tokens. It stands around the cache of verified tokens, so that every token of
 * every request is looked at, whether it was remembered or not.
 */
public final class UnrevokedTokenVerifier implements TokenVerifier {
  private static final Rejected REVOKED = new Rejected(Reason.REVOKED);

  private final TokenVerifier verifier;
  private final Revocations revocations;

  /**
   * @param verifier says whether a token is good otherwise
   */
  public UnrevokedTokenVerifier(TokenVerifier verifier, Revocations revocations) {
    this.verifier = verifier;
    this.revocations = revocations;
  }

  @Override
  public @Nullable Verification recall(BearerCredentials.Token token) {
    Verification known = verifier.recall(token);
    return known == null ? null : checked(known);
  }

  @Override
  public Verification verify(BearerCredentials.Token token) {
    return checked(verifier.verify(token));
  }

  @Override
  public Verification verify(String token) {
    return checked(verifier.verify(token));
  }

  @Override
  public TokenVerifier onRoute(Set<String> issuers) {
    return new UnrevokedTokenVerifier(verifier.onRoute(issuers), revocations);
  }

  private Verification checked(Verification found) {
    return switch (found) {
      case Verified good -> revocations.deny(good) ? REVOKED : good;
      case Rejected rejected -> rejected;
      case Unavailable unavailable -> unavailable;
      case Later later -> later.then(this::checked);
    };
  }
}
