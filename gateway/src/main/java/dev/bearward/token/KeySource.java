package dev.bearward.token;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Port: the verification keys of an issuer. Called on event loops, so it never blocks. */
public interface KeySource {
  /**
   * The keys that may have signed a token.
   *
   * @param issuer name of the issuer's configuration; only its own keys are ever returned
   * @param keyId the token's key id, an opaque string, or null when it names none: then all keys of
   *     the issuer, bounded in number
   */
  Lookup find(String issuer, @Nullable String keyId);

  /** What a look-up finds. */
  sealed interface Lookup {}

  /** Keys to try in order; more than one when a key id stands twice or none was named. */
  record Found(List<VerificationKey> keys) implements Lookup {}

  /** The issuer's key set is at hand and lacks the key id. */
  record Unknown() implements Lookup {}

  /** The issuer's keys cannot be had at present. */
  record Unavailable(Duration retryAfter) implements Lookup {}

  /**
   * A fetch is under way; completes with one of the others, exceptionally only when abandoned.
   *
   * @param abandon says that nobody waits any more, which frees a place; any thread, any number of
   *     times
   */
  record Later(CompletionStage<Lookup> lookup, Runnable abandon) implements Lookup {
    /** A stage that nobody needs to be told of abandoning. */
    public Later(CompletionStage<Lookup> lookup) {
      this(lookup, () -> {});
    }
  }

  /** Too many requests wait for that issuer's keys already. */
  record Crowded(Duration retryAfter) implements Lookup {}
}
