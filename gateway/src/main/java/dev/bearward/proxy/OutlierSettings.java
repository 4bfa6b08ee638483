package dev.bearward.proxy;

import java.time.Duration;

/**
 * When an endpoint is left out for a while, judged by the exchanges that it got.
 *
 * @param consecutiveFailures so many in a row
 * @param ejectFor how long
 */
public record OutlierSettings(int consecutiveFailures, Duration ejectFor) {}
