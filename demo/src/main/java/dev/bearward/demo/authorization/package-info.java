/**
 * Development only: an authorization server for the implicit grant (RFC 6749 section 4.2, OpenID
 * Connect Core section 3.2) with two sample users, no passwords, and keys that live in memory. It
 * knows nothing of the gateway or the API and uses {@code web} and nothing else of ours.
 */
@NullMarked
package dev.bearward.demo.authorization;

import org.jspecify.annotations.NullMarked;
