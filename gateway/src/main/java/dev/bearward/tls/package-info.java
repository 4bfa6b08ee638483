/**
 * TLS: certificates and keys from files, contexts made of them, read again when the files change,
 * and the choice between OpenSSL and the JDK. It never reads or writes a connection and never logs;
 * what an operator should know goes to its listener. Used by server, proxy and config; imports no
 * other room.
 */
@NullMarked
package dev.bearward.tls;

import org.jspecify.annotations.NullMarked;
