/** Root. */
@NullMarked
package dev.bearward;

import org.jspecify.annotations.NullMarked;
