package dev.bearward.proxy;

import java.util.List;
import java.util.Map;

/** What becomes of a client's header fields on their way upstream. */
final class RequestFields {
  /** Treatment of one field. */
  enum Treatment {
    /** Goes upstream as it is. */
    KEEP,
    /** Never goes upstream: hop-by-hop, framing, or written by the gateway itself. */
    DROP,
    /** Dropped, and so is every field it names. */
    CONNECTION,
    /** Goes upstream only when the route forwards the token. */
    AUTHORIZATION,
    /** Written anew when there is a body to wait for. */
    EXPECT,
    /** Counted down for OPTIONS. */
    MAX_FORWARDS
  }

  /** RFC 9110 section 7.6.1, and older fields of the same kind. */
  private static final List<String> HOP_BY_HOP =
      List.of(
          "Keep-Alive",
          "Proxy-Connection",
          "Proxy-Authenticate",
          "Proxy-Authorization",
          "TE",
          "Trailer",
          "Transfer-Encoding",
          "Upgrade",
          "HTTP2-Settings");

  private static final List<String> WRITTEN_ANEW =
      List.of("Host", "Content-Length", "Forwarded", "X-Forwarded-For");

  /**
   * Fields by which a client could pass for somebody else or for another URI with upstreams that
   * believe them (rules 79, 149, 176); all X-Forwarded ones are dropped by their prefix.
   */
  private static final List<String> CLAIMS_OF_PROXIES =
      List.of(
          "X-Forwarded",
          "X-Real-IP",
          "X-Client-IP",
          "X-Cluster-Client-IP",
          "X-Original-Forwarded-For",
          "X-Original-Host",
          "X-Original-URI",
          "X-Original-URL",
          "X-Original-Method",
          "X-Rewrite-URL",
          "X-Host",
          "X-Scheme",
          "X-URL-Scheme",
          "Front-End-Https",
          "True-Client-IP",
          "CF-Connecting-IP",
          "Fastly-Client-IP",
          "X-Envoy-External-Address",
          "Client-Cert",
          "Client-Cert-Chain");

  private static final String FORWARDED_PREFIX = "X-Forwarded-";

  private final FieldTable<Treatment> table;

  RequestFields(String requestIdHeader) {
    var dropped = new java.util.ArrayList<String>(HOP_BY_HOP);
    dropped.addAll(WRITTEN_ANEW);
    dropped.addAll(CLAIMS_OF_PROXIES);
    dropped.add(requestIdHeader);
    this.table =
        new FieldTable<>(
            Map.of(
                Treatment.DROP, dropped,
                Treatment.CONNECTION, List.of("Connection"),
                Treatment.AUTHORIZATION, List.of("Authorization"),
                Treatment.EXPECT, List.of("Expect"),
                Treatment.MAX_FORWARDS, List.of("Max-Forwards")),
            Treatment.KEEP);
  }

  /** Treatment of that field. */
  Treatment of(CharSequence name) {
    return FieldTable.startsWith(name, FORWARDED_PREFIX) ? Treatment.DROP : table.of(name);
  }
}
