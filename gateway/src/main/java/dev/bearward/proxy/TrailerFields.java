package dev.bearward.proxy;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Trailer fields that may be passed on, in either direction: none that frames, routes,
 * authenticates or otherwise means something before the body (RFC 9110 section 6.5.1, rule 119).
 */
final class TrailerFields {
  private enum Treatment {
    KEEP,
    DROP
  }

  private static final FieldTable<Treatment> TABLE =
      new FieldTable<>(
          Map.of(
              Treatment.DROP,
              List.of(
                  "Connection",
                  "Keep-Alive",
                  "Proxy-Connection",
                  "Transfer-Encoding",
                  "Content-Length",
                  "TE",
                  "Trailer",
                  "Upgrade",
                  "HTTP2-Settings",
                  "Host",
                  "Max-Forwards",
                  "Expect",
                  "Via",
                  "Forwarded",
                  "Authorization",
                  "DPoP",
                  "WWW-Authenticate",
                  "Authentication-Info",
                  "Proxy-Authenticate",
                  "Proxy-Authorization",
                  "Proxy-Authentication-Info",
                  "DPoP",
                  "Cookie",
                  "Set-Cookie",
                  "Content-Encoding",
                  "Content-Type",
                  "Content-Range",
                  "Range",
                  "Location",
                  "Cache-Control",
                  "Expires",
                  "Age",
                  "Date",
                  "Vary",
                  "Origin",
                  "Access-Control-Allow-Origin",
                  "Access-Control-Allow-Credentials")),
          Treatment.KEEP);

  private TrailerFields() {}

  /** Whether a trailer field of that name may be passed on. */
  static boolean allows(CharSequence name) {
    return TABLE.of(name) == Treatment.KEEP && !FieldTable.startsWith(name, "X-Forwarded-");
  }

  /** The trailers that may be passed on. */
  static HttpHeaders allowed(HttpHeaders trailers) {
    if (trailers.isEmpty()) {
      return EmptyHttpHeaders.INSTANCE;
    }
    Iterator<Map.Entry<CharSequence, CharSequence>> all = trailers.iteratorCharSequence();
    var kept = io.netty.handler.codec.http.DefaultHttpHeadersFactory.trailersFactory().newHeaders();
    while (all.hasNext()) {
      Map.Entry<CharSequence, CharSequence> field = all.next();
      if (allows(field.getKey())) {
        kept.add(field.getKey(), field.getValue());
      }
    }
    return kept;
  }
}
