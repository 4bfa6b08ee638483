package dev.bearward.token;

import dev.bearward.http.Reason;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Says whether a token is a valid access token. Called on event loops, so it never blocks. */
public interface TokenVerifier {
  /** Verifies one token as it stood in the request; a bad token is never an exception. */
  Verification verify(String token);

  /** Verifies the token of a request's credentials. */
  default Verification verify(BearerCredentials.Token token) {
    return verify(token.value());
  }

  /** What verification finds; {@link Verified} is the good case. */
  sealed interface Verification permits Verified, Rejected, Unavailable, Later {}

  /** The token is refused. */
  record Rejected(Reason reason) implements Verification {}

  /** Nothing can be said at present; the token is not at fault. */
  record Unavailable(Reason reason, Duration retryAfter) implements Verification {}

  /** A key is being fetched; completes with one of the others, never exceptionally. */
  record Later(CompletionStage<Verification> verification) implements Verification {}
}
