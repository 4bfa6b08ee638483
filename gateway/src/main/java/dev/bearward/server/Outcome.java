package dev.bearward.server;

import dev.bearward.access.AccessDecision;
import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import org.jspecify.annotations.Nullable;

/**
 * How one exchange ended: what the access log and the metrics are made from. Holds no token.
 *
 * @param decision what was decided, with route and identity, never {@link AccessDecision.Pending};
 *     null when the client left before there was a decision
 * @param method as the client sent it; any token, so never a metric label as it stands
 * @param host validated authority of the request, in lower case
 * @param path canonical path, without the query
 * @param status status sent to the client, or 0 when the client left before there was one
 * @param reason why it was refused, failed or broken off; null when the upstream or a preflight
 *     answered
 * @param complete whether the response was written to its end
 * @param bytesIn bytes of the request body that arrived, or of the client in a tunnel
 * @param bytesOut bytes of the response body that were written, or of the upstream in a tunnel
 * @param durationNanos from the complete head to the end of the response or the tunnel
 * @param upstreamNanos from forwarding to the response head or its failure, or -1 when nothing was
 *     forwarded
 * @param closedAtExpiry what was ended because its token had come to its end, or null for nothing
 * @param requestId id of the request
 * @param peer who sent it
 */
public record Outcome(
    @Nullable AccessDecision decision,
    String method,
    String host,
    String path,
    int status,
    @Nullable Reason reason,
    boolean complete,
    long bytesIn,
    long bytesOut,
    long durationNanos,
    long upstreamNanos,
    @Nullable Lasting closedAtExpiry,
    String requestId,
    Peer peer) {}
