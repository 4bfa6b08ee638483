package dev.bearward.revocation;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Revocations.
 *
 * @param persist file that keeps them over a restart, or null: then they end with the process
 */
public record RevocationSettings(@Nullable Path persist) {}
