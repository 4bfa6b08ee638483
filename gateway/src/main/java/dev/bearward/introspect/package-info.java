/**
 * Asks issuers about tokens that only they can read (RFC 7662): one question per token at a time,
 * few at once, refusals remembered for a moment, and calls that bring no valid token kept to a
 * stated rate. It never judges an answer (see {@link dev.bearward.token.IntrospectionRules}), never
 * blocks its caller and never logs. May import token and outbound.
 */
@NullMarked
package dev.bearward.introspect;

import org.jspecify.annotations.NullMarked;
