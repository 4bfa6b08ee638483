/**
 * Whether a client proves that it holds the key that its token is bound to: DPoP proofs (RFC 9449)
 * and TLS client certificates (RFC 8705). Whether a token may be bound is the token room's matter.
 * It never verifies tokens, and where used proofs are remembered is behind the port {@link
 * dev.bearward.binding.ReplayGuard}. May import http and token.
 */
@NullMarked
package dev.bearward.binding;

import org.jspecify.annotations.NullMarked;
