package dev.bearward.revocation;

import dev.bearward.token.Revocation;

/** Hears of revocations. Called on any thread. */
public interface RevocationListener {
  /** Hears nothing. */
  RevocationListener NONE = new RevocationListener() {};

  /** So many were in force at the start. */
  default void began(int count) {}

  /** A revocation is in force. */
  default void revoked(Revocation inForce) {}

  /** The file has all of them. */
  default void persisted() {}

  /** The file could not be written; it is tried again. */
  default void notPersisted(String reason) {}
}
