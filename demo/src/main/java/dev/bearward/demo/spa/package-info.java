/**
 * Serves the single-page app: fixed files of the jar under a strict content security policy, and
 * the addresses it talks to. It uses {@code web} and nothing else of ours.
 */
@NullMarked
package dev.bearward.demo.spa;

import org.jspecify.annotations.NullMarked;
