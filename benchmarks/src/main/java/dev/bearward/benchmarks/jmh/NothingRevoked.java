package dev.bearward.benchmarks.jmh;

import dev.bearward.token.Revocation;
import dev.bearward.token.Revocations;
import dev.bearward.token.Verified;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** No token is denied, and none can be. */
final class NothingRevoked implements Revocations {
  @Override
  public boolean deny(Verified token) {
    return false;
  }

  @Override
  public CompletionStage<Added> add(Revocation revocation) {
    return CompletableFuture.completedStage(new Full(0));
  }

  @Override
  public List<Revocation> all() {
    return List.of();
  }
}
