package dev.bearward.http;

import org.jspecify.annotations.Nullable;

/**
 * All that a decision may see of a request. Immutable.
 *
 * @param method case-sensitive method (RFC 9110 section 9.1)
 * @param path the one canonical path that is matched, logged and forwarded
 * @param query raw query without the question mark, or null; never part of a match
 * @param authority host and port it is addressed to: the target's where the request line has one,
 *     else the Host field's (RFC 9112 section 3.2)
 * @param headers the header section
 * @param peer who sent it
 * @param requestId id of the request in logs, problems and upstream
 */
public record RequestHead(
    String method,
    CanonicalPath path,
    @Nullable String query,
    Authority authority,
    HeaderView headers,
    Peer peer,
    String requestId) {
  /** The same request for another path. */
  public RequestHead with(CanonicalPath otherPath) {
    return new RequestHead(method, otherPath, query, authority, headers, peer, requestId);
  }

  /** The same request with another query and other fields. */
  public RequestHead with(@Nullable String otherQuery, HeaderView otherHeaders) {
    return new RequestHead(method, path, otherQuery, authority, otherHeaders, peer, requestId);
  }
}
