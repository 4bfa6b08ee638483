/**
 * Revocations of one process, kept in memory and, where the configuration names one, in a file: the
 * adapter behind the port {@link dev.bearward.token.Revocations}. It reads what operators and the
 * file say, in one form, strictly; it never looks at a request and never drops a revocation before
 * its end. May import token only.
 */
@NullMarked
package dev.bearward.revocation;

import org.jspecify.annotations.NullMarked;
