package dev.bearward.token;

import dev.bearward.http.Reason;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Says whether a token is a valid access token. Called on event loops, so it never blocks. */
public interface TokenVerifier {
  /** Verifies one token as it stood in the request; a bad token is never an exception. */
  Verification verify(String token);

  /** Verifies the token of a request's credentials. */
  default Verification verify(BearerCredentials.Token token) {
    return verify(token.value());
  }

  /**
   * What is known of a token without any work: by the cache of verified tokens, or null. Never
   * {@link Later}.
   */
  default @Nullable Verification recall(BearerCredentials.Token token) {
    return null;
  }

  /**
   * The verifier for a route.
   *
   * @param issuers names of the issuers that the route accepts; empty: all
   */
  default TokenVerifier onRoute(Set<String> issuers) {
    return this;
  }

  /** What verification finds; {@link Verified} is the good case. */
  sealed interface Verification permits Verified, Rejected, Unavailable, Later {}

  /** The token is refused. */
  record Rejected(Reason reason) implements Verification {}

  /** Nothing can be said at present; the token is not at fault. */
  record Unavailable(Reason reason, Duration retryAfter) implements Verification {}

  /**
   * A key is being fetched, or the issuer asked; completes with one of the others, exceptionally
   * only when abandoned.
   *
   * @param issuer name of the issuer that it waits for
   * @param abandon says that nobody waits any more, which frees a place; any thread
   */
  record Later(String issuer, CompletionStage<Verification> verification, Runnable abandon)
      implements Verification {
    /** A stage that nobody needs to be told of abandoning. */
    public Later(String issuer, CompletionStage<Verification> verification) {
      this(issuer, verification, () -> {});
    }

    /** The same with a step behind it. */
    public Later then(UnaryOperator<Verification> step) {
      return new Later(issuer, verification.thenApply(step), abandon);
    }
  }
}
