package dev.bearward.server;

import dev.bearward.http.AddressBlock;
import dev.bearward.http.Authority;
import dev.bearward.http.IpAddress;
import dev.bearward.http.Peer;
import dev.bearward.http.TrustedHop;
import dev.bearward.server.ForwardedField.Element;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom a request from a trusted proxy comes from (rules 149 to 151, 79). Its lists of addresses are
 * read from the right: each is believed as long as the one that reported it is trusted. Where
 * Forwarded and X-Forwarded-For tell of different clients, one of them may be the client's own
 * invention, and neither is believed. One per connection from such a proxy.
 */
final class HopReader {
  /** Most proxies in a row that are believed. */
  static final int MAX_HOPS = 32;

  private static final List<String> FIELDS =
      List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host");

  private final List<AddressBlock> trusted;
  private final Peer proxy;
  private String lastClientCert = "";
  private @Nullable String lastThumbprint;

  /**
   * @param trusted whose word counts
   * @param proxy the connection's own peer, one of these
   */
  HopReader(List<AddressBlock> trusted, Peer proxy) {
    this.trusted = trusted;
    this.proxy = proxy;
  }

  /** Whether that address is one of a trusted proxy. */
  static boolean trusts(List<AddressBlock> trusted, InetAddress address) {
    for (int i = 0; i < trusted.size(); i++) {
      if (trusted.get(i).contains(address)) {
        return true;
      }
    }
    return false;
  }

  /** Who sent the request with those fields. */
  Peer read(HttpHeaders headers) {
    List<String> forwardedLines = headers.getAll("Forwarded");
    List<String> forLines = headers.getAll("X-Forwarded-For");
    ForwardedField forwarded = ForwardedField.read(forwardedLines);
    List<@Nullable InetAddress> nodes = forwarded.elements().stream().map(HopReader::node).toList();
    List<@Nullable InetAddress> listed = listed(forLines);
    int told = believed(nodes);
    int listedToo = believed(listed);
    InetAddress client = client(nodes, told);
    if (forwardedLines.isEmpty()) {
      client = client(listed, listedToo);
    } else if (!forLines.isEmpty() && !client.equals(client(listed, listedToo))) {
      client = proxy.address();
      told = 0;
    }
    Element first = told == 0 ? null : forwarded.elements().get(nodes.size() - told);
    return new Peer(
        client,
        tls(headers, first),
        thumbprint(headers),
        new TrustedHop(
            proxy.address(),
            proxy.tls(),
            nodes.isEmpty() ? null : forwarded.text(),
            forLines.isEmpty() ? null : String.join(", ", forLines),
            host(headers, first)));
  }

  private static @Nullable InetAddress node(Element element) {
    String node = element.node();
    return node == null ? null : IpAddress.parseNode(node);
  }

  /** The addresses of the lines, in their order; null stands for what is none. */
  private static List<@Nullable InetAddress> listed(List<String> lines) {
    var listed = new ArrayList<@Nullable InetAddress>();
    for (String line : lines) {
      for (String node : line.split(",", -1)) {
        if (!node.isBlank()) {
          listed.add(IpAddress.parseNode(node.strip()));
        }
      }
    }
    return listed;
  }

  /** How many of the addresses are believed, counted from the right. */
  private int believed(List<@Nullable InetAddress> nodes) {
    InetAddress reporter = proxy.address();
    int believed = 0;
    while (believed < Math.min(nodes.size(), MAX_HOPS) && trusts(trusted, reporter)) {
      InetAddress next = nodes.get(nodes.size() - 1 - believed);
      if (next == null) {
        break;
      }
      reporter = next;
      believed++;
    }
    return believed;
  }

  private InetAddress client(List<@Nullable InetAddress> nodes, int believed) {
    InetAddress client = believed == 0 ? null : nodes.get(nodes.size() - believed);
    return client == null ? proxy.address() : client;
  }

  private boolean tls(HttpHeaders headers, @Nullable Element first) {
    String proto = only(headers, "X-Forwarded-Proto");
    if (proto == null && first != null) {
      proto = first.proto();
    }
    return "https".equalsIgnoreCase(proto) || (!"http".equalsIgnoreCase(proto) && proxy.tls());
  }

  private static @Nullable Authority host(HttpHeaders headers, @Nullable Element first) {
    String host = only(headers, "X-Forwarded-Host");
    if (host == null && first != null) {
      host = first.host();
    }
    return host != null && Authority.parse(host) instanceof Authority.Valid(Authority authority)
        ? authority
        : null;
  }

  private static @Nullable String only(HttpHeaders headers, String name) {
    List<String> values = headers.getAll(name);
    return values.size() == 1 ? values.getFirst() : null;
  }

  /** A proxy that speaks for nobody else is a client itself, with its own certificate. */
  private @Nullable String thumbprint(HttpHeaders headers) {
    List<String> lines = headers.getAll("Client-Cert");
    if (lines.isEmpty()) {
      return FIELDS.stream().anyMatch(headers::contains) ? null : proxy.certificateThumbprint();
    }
    String line = lines.getFirst();
    if (lines.size() != 1 || !line.equals(lastClientCert)) {
      byte[] der = ClientCertField.der(lines);
      lastThumbprint = der == null ? null : Thumbprint.of(der);
      lastClientCert = lines.size() == 1 ? line : "";
    }
    return lastThumbprint;
  }
}
