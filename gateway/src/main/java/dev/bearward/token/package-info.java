/**
 * Finds the Bearer token in a request and says whether it is a valid access token of a configured
 * issuer: strict form checks, signature, claims, and the cache of verified tokens. It never fetches
 * a key (see the port {@link dev.bearward.token.KeySource}), never logs, and never judges what a
 * route demands. May import http only.
 */
@NullMarked
package dev.bearward.token;

import org.jspecify.annotations.NullMarked;
