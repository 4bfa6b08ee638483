/**
 * What several gateways share through one Redis: adapters of {@link
 * dev.bearward.limit.RateLimiter}, {@link dev.bearward.binding.ReplayGuard} and {@link
 * dev.bearward.token.Revocations}, each around the local one, which goes on where Redis does not
 * answer. It never blocks an event loop, asks Redis nothing for a request that shares nothing, and
 * keeps nothing from being denied that is denied here. May import the core only.
 */
@NullMarked
package dev.bearward.cluster;

import org.jspecify.annotations.NullMarked;
