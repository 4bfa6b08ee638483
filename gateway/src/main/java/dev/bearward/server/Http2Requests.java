package dev.bearward.server;

import dev.bearward.http.Authority;
import dev.bearward.http.Reason;
import dev.bearward.http.WebSocketHandshake;
import dev.bearward.proxy.RequestBody;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header sections of HTTP/2 requests (RFC 9113 section 8.3.1) into the form in which
 * those of HTTP/1.1 are decided, so that no rule is written twice. What Netty has let through is
 * looked at once more; this can only refuse. One per connection.
 */
final class Http2Requests {
  /** What a header section comes to. */
  sealed interface Reading {}

  /** It is a request that may be decided. */
  record Sound(HeadReader.Sound request, HttpRequest plain, int cost) implements Reading {}

  /** It is a request that is refused. */
  record Refused(Reason reason, String requestId, HttpRequest request) implements Reading {}

  /** It is no request: a stream error (RFC 9113 section 8.1.1). */
  record Malformed() implements Reading {}

  /** Objects of one request and its stream, and of each of its fields, bytes. */
  private static final int STREAM_COST = 2048;

  private static final int FIELD_COST = 160;
  private static final int COPIES = 3;
  private static final int FIELD_OVERHEAD = 4;
  private static final RequestBody STREAMED = new RequestBody(-1, true);
  private static final Malformed MALFORMED = new Malformed();

  private final HeadReader reader;
  private final RequestIds ids;
  private final ServerSettings.Limits limits;

  Http2Requests(HeadReader reader, RequestIds ids, ServerSettings.Limits limits) {
    this.reader = reader;
    this.ids = ids;
    this.limits = limits;
  }

  /** Reads a section; {@code ended} says whether no body follows. */
  Reading read(Http2Headers headers, boolean ended, Service service) {
    PseudoFields pseudo = PseudoFields.of(headers);
    if (pseudo == null) {
      return MALFORMED;
    }
    HttpHeaders fields = DefaultHttpHeadersFactory.headersFactory().newHeaders();
    int bytes = copy(headers, fields);
    if (bytes < 0 || !host(pseudo, fields) || (ended && declaresBody(fields))) {
      return MALFORMED;
    }
    if (pseudo.extended() && pseudo.isWebSocket()) {
      if (ended || fields.contains(HttpHeaderNames.CONTENT_LENGTH)) {
        return MALFORMED;
      }
      handshake(fields);
    }
    String target = pseudo.path() == null ? "" : pseudo.path();
    HttpRequest request = request(pseudo, target, fields);
    Reason excess = excess(pseudo, target, fields, bytes);
    return excess != null
        ? new Refused(excess, ids.choose(sentId(fields)), request)
        : decided(request, pseudo, bytes, ended, service);
  }

  private Reading decided(
      HttpRequest request, PseudoFields pseudo, int bytes, boolean ended, Service service) {
    return switch (reader.read(request, service)) {
      case HeadReader.Refused(Reason reason, String id) -> new Refused(reason, id, request);
      case HeadReader.Sound sound -> {
        boolean streamed = !ended && !pseudo.extended() && !sound.body().present();
        var whole =
            new HeadReader.Sound(
                sound.head(),
                streamed ? STREAMED : sound.body(),
                false,
                true,
                sound.expectsContinue(),
                sound.webSocket());
        int cost = STREAM_COST + COPIES * bytes + FIELD_COST * request.headers().size();
        yield new Sound(whole, request, cost);
      }
    };
  }

  private @Nullable String sentId(HttpHeaders fields) {
    return fields.get(reader.requestIdField());
  }

  private static HttpRequest request(PseudoFields pseudo, String target, HttpHeaders fields) {
    boolean socket = pseudo.extended() && pseudo.isWebSocket();
    HttpMethod method = socket ? HttpMethod.GET : HttpMethod.valueOf(pseudo.method());
    return new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, target, fields);
  }

  /** What is larger than allowed, by the limits of HTTP/1.1. */
  private @Nullable Reason excess(
      PseudoFields pseudo, String target, HttpHeaders fields, int bytes) {
    if (pseudo.method().length() + target.length() > limits.requestLine()) {
      return Reason.URI_TOO_LONG;
    }
    return bytes > limits.headers() || fields.size() > limits.headerCount()
        ? Reason.HEADER_TOO_LARGE
        : null;
  }

  /** Copies the regular fields; their bytes, or -1 when one is malformed. */
  private static int copy(Http2Headers from, HttpHeaders to) {
    int bytes = 0;
    boolean cookies = false;
    for (Map.Entry<CharSequence, CharSequence> field : from) {
      CharSequence name = field.getKey();
      if (name.length() > 0 && name.charAt(0) == ':') {
        continue;
      }
      String value = field.getValue().toString();
      if (!Http2Fields.isSound(name, value)) {
        return -1;
      }
      bytes += name.length() + value.length() + FIELD_OVERHEAD;
      if (HttpHeaderNames.COOKIE.contentEquals(name)) {
        cookies = true;
      } else {
        to.add(name, value);
      }
    }
    if (cookies) {
      to.add(HttpHeaderNames.COOKIE, cookie(from));
    }
    return bytes;
  }

  /** Crumbs become one field again (RFC 9113 section 8.2.3, rule 134). */
  private static String cookie(Http2Headers from) {
    return String.join("; ", from.getAll(HttpHeaderNames.COOKIE));
  }

  /**
   * Has one Host field say what the request is for: {@code :authority} where there is one, which a
   * Host field must not contradict (rule 131).
   */
  private static boolean host(PseudoFields pseudo, HttpHeaders fields) {
    String authority = pseudo.authority();
    java.util.List<String> hosts = fields.getAll(HttpHeaderNames.HOST);
    if (hosts.size() > 1) {
      return false;
    }
    if (authority == null) {
      return hosts.size() == 1 && !hosts.getFirst().isEmpty();
    }
    if (authority.isEmpty() || authority.indexOf('@') >= 0) {
      return false;
    }
    if (hosts.size() == 1 && !sameAuthority(authority, hosts.getFirst())) {
      return false;
    }
    fields.set(HttpHeaderNames.HOST, authority);
    return true;
  }

  private static boolean sameAuthority(String one, String other) {
    return one.equals(other)
        || (Authority.parse(one) instanceof Authority.Valid(Authority first)
            && Authority.parse(other) instanceof Authority.Valid(Authority second)
            && first.value().equals(second.value()));
  }

  private static boolean declaresBody(HttpHeaders fields) {
    String length = fields.get(HttpHeaderNames.CONTENT_LENGTH);
    return length != null && !length.equals("0");
  }

  /**
   * Makes of an extended CONNECT the handshake that it stands for (RFC 8441 section 5): origin and
   * token rules are those of HTTP/1.1, and the upstream is asked with a key of our own.
   */
  private void handshake(HttpHeaders fields) {
    byte[] key = HexFormat.of().parseHex(ids.next());
    fields.set(HttpHeaderNames.SEC_WEBSOCKET_KEY, Base64.getEncoder().encodeToString(key));
    fields.set(HttpHeaderNames.UPGRADE, WebSocketHandshake.PROTOCOL);
    fields.set(HttpHeaderNames.CONNECTION, "upgrade");
  }

  /** The trailers of a request, or null when they are malformed. */
  static @Nullable HttpHeaders trailers(Http2Headers from) {
    HttpHeaders to = DefaultHttpHeadersFactory.trailersFactory().newHeaders();
    Iterator<Map.Entry<CharSequence, CharSequence>> all = from.iterator();
    while (all.hasNext()) {
      Map.Entry<CharSequence, CharSequence> field = all.next();
      String value = field.getValue().toString();
      if (!Http2Fields.isSound(field.getKey(), value) || !FieldNames.isSound(field.getKey())) {
        return null;
      }
      if (!Http2Fields.isFraming(field.getKey())) {
        to.add(field.getKey(), value);
      }
    }
    return to;
  }
}
