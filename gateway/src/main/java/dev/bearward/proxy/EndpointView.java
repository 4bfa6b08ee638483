package dev.bearward.proxy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one endpoint stands, at about one moment.
 *
 * @param upstream name
 * @param endpoint address
 * @param name the endpoint of the configuration
 * @param unhealthy whether checks have taken it out
 * @param ejectedFor how long it is still left out for its failures, or null when it is not
 * @param figures connections and what waits for them
 * @param lastError what went wrong last, or null when nothing did
 */
public record EndpointView(
    String upstream,
    String endpoint,
    String name,
    boolean unhealthy,
    @Nullable Duration ejectedFor,
    PoolFigures figures,
    @Nullable String lastError) {}
