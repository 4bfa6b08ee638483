/**
 * Forwards one permitted exchange: rewrites headers, keeps the upstream connection pools and pumps
 * both bodies with back-pressure. What to forward comes only from a permit, never from the caller.
 * It never decides, never writes a refusal and never logs. May import http, route and access.
 */
@NullMarked
package dev.bearward.proxy;

import org.jspecify.annotations.NullMarked;
