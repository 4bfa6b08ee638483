/**
 * Routes, path patterns and the route table: which route answers a request, decided on the
 * canonical path, the host and the method. It decides nothing about tokens. May import http and
 * policy.
 */
@NullMarked
package dev.bearward.route;

import org.jspecify.annotations.NullMarked;
