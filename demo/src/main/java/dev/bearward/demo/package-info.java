/**
 * Development only: starts the authorization server, the appointments API, the single-page app and
 * the real gateway (as its own process), all on loopback. Production code never depends on it.
 */
@NullMarked
package dev.bearward.demo;

import org.jspecify.annotations.NullMarked;
