/**
 * The second port: health, metrics and views of the running gateway, through its own port {@link
 * dev.bearward.admin.GatewayView}, which app implements. It has a thread of its own and never
 * touches an exchange. May import http and observe.
 */
@NullMarked
package dev.bearward.admin;

import org.jspecify.annotations.NullMarked;
