package dev.bearward.proxy;

import java.time.Duration;

/**
 * Active checks of endpoints.
 *
 * @param path what is asked for, with its query
 * @param interval from one check to the next, about
 * @param unhealthyAfter so many failed checks in a row take an endpoint out
 * @param healthyAfter so many good ones bring it back
 */
public record HealthSettings(
    String path, Duration interval, int unhealthyAfter, int healthyAfter) {}
