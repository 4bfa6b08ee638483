/**
 * The second port: health, metrics and read-only views of the running gateway, through its own port
 * GatewayView. It never touches an exchange. May import observe.
 */
@NullMarked
package dev.bearward.admin;

import org.jspecify.annotations.NullMarked;
