/**
 * What a route demands of a caller and the judgement whether a verified token meets it. A verdict
 * is a value, never a permit to forward: only access makes those. May import http and token.
 */
@NullMarked
package dev.bearward.policy;

import org.jspecify.annotations.NullMarked;
