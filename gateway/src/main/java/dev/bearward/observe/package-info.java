/**
 * Meters, the access log and redaction, fed by the listener interfaces of the other rooms. It never
 * changes an exchange.
 */
@NullMarked
package dev.bearward.observe;

import org.jspecify.annotations.NullMarked;
