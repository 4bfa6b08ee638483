package dev.bearward.proxy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** What becomes of an upstream's header fields on their way to the client. */
final class ResponseFields {
  private enum Treatment {
    KEEP,
    HOP_BY_HOP,
    CONNECTION,
    TRAILER
  }

  private static final FieldTable<Treatment> TABLE =
      new FieldTable<>(
          Map.of(
              Treatment.HOP_BY_HOP,
              List.of(
                  "Keep-Alive",
                  "Proxy-Connection",
                  "Proxy-Authenticate",
                  "Proxy-Authentication-Info",
                  "TE",
                  "Transfer-Encoding",
                  "Content-Length",
                  "Upgrade",
                  "HTTP2-Settings"),
              Treatment.CONNECTION,
              List.of("Connection"),
              Treatment.TRAILER,
              List.of("Trailer")),
          Treatment.KEEP);

  private ResponseFields() {}

  /** Whether a field of that name is always kept. */
  static boolean isKept(byte[] octets, int start, int end) {
    return !TABLE.hasNameOf(end - start)
        || TABLE.of(new AsciiString(octets, start, end - start, false)) == Treatment.KEEP;
  }

  /** Removes what concerns this connection only; Trailer stays where trailers can follow. */
  static void strip(HttpHeaders headers, boolean chunked) {
    List<CharSequence> unwanted = null;
    Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
    while (all.hasNext()) {
      CharSequence name = all.next().getKey();
      boolean keep =
          switch (TABLE.of(name)) {
            case KEEP -> true;
            case TRAILER -> chunked;
            case HOP_BY_HOP, CONNECTION -> false;
          };
      if (!keep) {
        unwanted = unwanted == null ? new ArrayList<>(4) : unwanted;
        unwanted.add(name);
      }
    }
    if (unwanted != null) {
      remove(headers, unwanted);
    }
  }

  private static void remove(HttpHeaders headers, List<CharSequence> unwanted) {
    for (String options : headers.getAll(HttpHeaderNames.CONNECTION)) {
      ConnectionOptions.forEach(options, headers::remove);
    }
    for (int i = 0; i < unwanted.size(); i++) {
      headers.remove(unwanted.get(i));
    }
  }
}
