/**
 * A thin layer over the JDK's HTTP server for the demo's three servers: requests, responses, JSON
 * and HTML escaping. It knows nothing of tokens or appointments and imports none of our packages.
 */
@NullMarked
package dev.bearward.demo.web;

import org.jspecify.annotations.NullMarked;
