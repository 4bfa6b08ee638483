package dev.bearward.server;

import dev.bearward.http.Authority;
import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.http.WebSocketHandshake;
import dev.bearward.proxy.RequestBody;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes of a decoded head what a decision may see, or refuses it. One per connection. */
final class HeadReader {
  /** What a decoded head comes to. */
  sealed interface Reading {}

  /**
   * The head is unambiguous.
   *
   * @param http10 whether the client speaks HTTP/1.0
   * @param persistent whether the client wants the connection kept
   * @param expectsContinue whether it waits for a 100 before it sends the body
   * @param webSocket whether it wants to become a WebSocket, well or not
   */
  record Sound(
      RequestHead head,
      RequestBody body,
      boolean http10,
      boolean persistent,
      boolean expectsContinue,
      boolean webSocket)
      implements Reading {
    /** What is wrong with the handshake of a WebSocket, or null when it is sound or none. */
    @Nullable Reason handshakeFault() {
      if (!webSocket) {
        return null;
      }
      return http10 || body.length() != 0 ? Reason.BAD_REQUEST : WebSocketHandshake.fault(head);
    }
  }

  /** The head is refused; the connection is closed after that. */
  record Refused(Reason reason, String requestId) implements Reading {}

  private static final RequestBody CHUNKED = new RequestBody(-1, true);

  private final Fields fields;
  private final RequestIds ids;
  private final Caller caller;
  private final InetSocketAddress local;
  private final @Nullable Predicate<String> hosts;
  private @Nullable Service lastService;
  private @Nullable HopReader hop;
  private String lastHostSent = "";
  private @Nullable Authority lastHost;

  /**
   * @param caller who connected
   * @param hosts what may be asked for on this connection, or null for anything
   */
  HeadReader(
      AsciiString requestIdField,
      RequestIds ids,
      Caller caller,
      InetSocketAddress local,
      @Nullable Predicate<String> hosts) {
    this.fields = new Fields(requestIdField);
    this.ids = ids;
    this.caller = caller;
    this.local = local;
    this.hosts = hosts;
  }

  /** Name of the field that carries the request id. */
  AsciiString requestIdField() {
    return fields.requestIdField();
  }

  /** Reads a head whose decoding succeeded, for what that service trusts. */
  @SuppressWarnings("ReferenceEquality") // a service is swapped whole
  Reading read(HttpRequest request, Service service) {
    if (service != lastService) {
      lastService = service;
      hop = service.hopReader(caller);
    }
    Reason fault = fields.read(request.headers(), service.gatewayOnly());
    String id = ids.choose(fields.requestId());
    if (fault != null) {
      return new Refused(fault, id);
    }
    boolean http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    String method = request.method().name();
    return switch (RequestTarget.parse(method, request.uri(), service.gate().pathForm())) {
      case RequestTarget.Refused(Reason reason) -> new Refused(reason, id);
      case RequestTarget.Resource target -> {
        Authority host = host(target.authority(), http10);
        if (host == null) {
          yield new Refused(Reason.BAD_REQUEST, id);
        }
        yield hosts == null || hosts.test(host.host())
            ? sound(request, method, target, host, http10, id)
            : new Refused(Reason.MISDIRECTED, id);
      }
    };
  }

  private Sound sound(
      HttpRequest request,
      String method,
      RequestTarget.Resource target,
      Authority host,
      boolean http10,
      String id) {
    var head =
        new RequestHead(
            method,
            target.path(),
            target.query(),
            host,
            new NettyHeaders(request.headers()),
            speaker(request),
            id);
    boolean expects = fields.expectsContinue() && !http10;
    if (fields.expectsContinue() && http10) {
      // RFC 9110 section 10.1.1: a 1.0 client cannot mean it, and would not understand a 100.
      request.headers().remove(HttpHeaderNames.EXPECT);
    }
    boolean webSocket = fields.upgrade() && WebSocketHandshake.isWanted(head.headers());
    return new Sound(head, body(), http10, fields.persistent(http10), expects, webSocket);
  }

  private Peer speaker(HttpRequest request) {
    return hop == null ? caller.peer() : hop.read(request.headers());
  }

  private RequestBody body() {
    if (fields.chunked()) {
      return CHUNKED;
    }
    return fields.contentLength() < 0
        ? RequestBody.NONE
        : new RequestBody(fields.contentLength(), true);
  }

  /** The authority that counts (RFC 9112 section 3.3), or null when it is missing or invalid. */
  private @Nullable Authority host(@Nullable String fromTarget, boolean http10) {
    String sent = fields.host();
    if (sent == null) {
      return http10 ? parsed(fromTarget == null ? ownAddress() : fromTarget) : null;
    }
    Authority field = parsed(sent);
    return field == null || fromTarget == null ? field : parsed(fromTarget);
  }

  private String ownAddress() {
    return NetUtil.toSocketAddressString(local);
  }

  /** Clients repeat themselves: the last one is kept. */
  private @Nullable Authority parsed(String sent) {
    if (lastHost == null || !sent.equals(lastHostSent)) {
      lastHost =
          switch (Authority.parse(sent)) {
            case Authority.Valid(Authority authority) -> authority;
            case Authority.Invalid _ -> null;
          };
      lastHostSent = sent;
    }
    return lastHost;
  }
}
