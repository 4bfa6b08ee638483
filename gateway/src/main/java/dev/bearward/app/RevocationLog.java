package dev.bearward.app;

import dev.bearward.revocation.RevocationListener;
import dev.bearward.token.Revocation;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs who was revoked, and a file that cannot be written only once. */
final class RevocationLog implements RevocationListener {
  private static final Logger LOG = LoggerFactory.getLogger("dev.bearward.revocations");

  private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

  @Override
  public void began(int count) {
    LOG.info("{} revocation(s) in force", count);
  }

  @Override
  public void revoked(Revocation inForce) {
    LOG.info(
        "revoked: {} {}, issuer {}, issued before {}, until {}",
        inForce.by().claim(),
        inForce.name(),
        inForce.issuer() == null ? "any" : inForce.issuer(),
        inForce.issuedBefore() == null ? "any time" : inForce.issuedBefore(),
        inForce.expiresAt());
  }

  @Override
  public void persisted() {
    if (failure.getAndSet(null) != null) {
      LOG.info("revocations can be saved again");
    }
  }

  @Override
  public void notPersisted(String reason) {
    if (!reason.equals(failure.getAndSet(reason))) {
      LOG.warn("revocations not saved: {}", reason);
    }
  }
}
