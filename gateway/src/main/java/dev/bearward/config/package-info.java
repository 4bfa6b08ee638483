/**
 * From the configuration file to the settings records of the rooms: YAML, substitution, and all
 * problems at once, each with line and column. It opens no sockets and starts nothing.
 */
@NullMarked
package dev.bearward.config;

import org.jspecify.annotations.NullMarked;
