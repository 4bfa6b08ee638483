package dev.bearward.jwks;

import java.util.concurrent.CompletionStage;

/** Where one issuer's key set is read from. Never called again before the stage completes. */
interface KeySetOrigin {
  /** Reads it; completes in bounded time and never exceptionally. */
  CompletionStage<Fetched> fetch();
}
