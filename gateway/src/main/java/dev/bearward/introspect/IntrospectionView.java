package dev.bearward.introspect;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one issuer's introspection stands.
 *
 * @param issuer name of the issuer's configuration
 * @param lastAnswer when the issuer answered last, or null when it never did
 * @param lastError why the last call brought no answer, or null when it did
 * @param waiting requests that wait for an answer
 */
public record IntrospectionView(
    String issuer, @Nullable Instant lastAnswer, @Nullable String lastError, int waiting) {}
