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
   * believe them (rules 79, 149, 176); some are dropped by their prefix.
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
          "Client-Cert-Chain",
          "X-Client-Cert",
          "X-ARR-ClientCert",
          "X-ProxyUser-IP",
          "Proxy");

  /**
   * Fields that have many upstreams run another method than the one that was decided on. Without
   * them the request is what it says it is.
   */
  private static final List<String> OTHER_METHODS =
      List.of(
          "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-HTTP-Method");

  private static final List<String> PREFIXES =
      List.of("X-Forwarded-", "X-SSL-Client-", "SSL-Client-");

  private final FieldTable<Treatment> table;

  RequestFields(String requestIdHeader) {
    var dropped = new java.util.ArrayList<String>(HOP_BY_HOP);
    dropped.addAll(WRITTEN_ANEW);
    dropped.addAll(CLAIMS_OF_PROXIES);
    dropped.addAll(OTHER_METHODS);
    dropped.add(requestIdHeader);
    this.table =
        new FieldTable<>(
            Map.of(
                Treatment.DROP, dropped,
                Treatment.CONNECTION, List.of("Connection"),
                Treatment.AUTHORIZATION, List.of("Authorization", "DPoP"),
                Treatment.EXPECT, List.of("Expect"),
                Treatment.MAX_FORWARDS, List.of("Max-Forwards")),
            Treatment.KEEP);
  }

  /** Treatment of that field. */
  Treatment of(CharSequence name) {
    for (int i = 0; i < PREFIXES.size(); i++) {
      if (FieldTable.startsWith(name, PREFIXES.get(i))) {
        return Treatment.DROP;
      }
    }
    return table.of(name);
  }
}
