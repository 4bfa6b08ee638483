package dev.bearward.config;

import dev.bearward.config.EndpointReader.Endpoints;
import dev.bearward.http.Authority;
import dev.bearward.http.IpAddress;
import dev.bearward.proxy.Balance;
import dev.bearward.proxy.EndpointAddress;
import dev.bearward.proxy.Protocol;
import dev.bearward.proxy.UpstreamSettings;
import dev.bearward.tls.ClientTlsSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names under {@code upstreams}. */
final class UpstreamReader {
  private static final int MOST = 1_000;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final String NAME_EXPECTED = "a name of letters, digits and . _ -, at most 64";
  private static final Map<String, Balance> BALANCES =
      new TreeMap<>(
          Map.of("leastRequests", Balance.LEAST_REQUESTS, "roundRobin", Balance.ROUND_ROBIN));
  private static final Map<String, Protocol> PROTOCOLS =
      new TreeMap<>(
          Map.of("auto", Protocol.AUTO, "http1", Protocol.HTTP1, "http2", Protocol.HTTP2));

  /** Stands in for endpoints that have a problem. */
  private static final Endpoints NOWHERE =
      new Endpoints(List.of(new EndpointAddress.Tcp("invalid", 80)), false);

  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration HOUR = Duration.ofHours(1);

  private final Set<String> names = new LinkedHashSet<>();
  private final TlsReader tlsReader;

  UpstreamReader(TlsReader tlsReader) {
    this.tlsReader = tlsReader;
  }

  /** All names, those of upstreams with problems too. */
  Set<String> names() {
    return names;
  }

  List<UpstreamSettings> read(Value upstreams) {
    List<Section.Named> entries = upstreams.names("a mapping of names to upstreams");
    if (upstreams.isMapping() && (entries.isEmpty() || entries.size() > MOST)) {
      upstreams.refuse("1 to " + MOST + " upstreams");
    }
    List<UpstreamSettings> results = new ArrayList<>();
    for (Section.Named entry : entries) {
      names.add(entry.name());
      if (!NAME.matcher(entry.name()).matches()) {
        upstreams
            .problems()
            .add(
                entry.at(),
                entry.value().path(),
                Shown.text(entry.name()) + " (expected: " + NAME_EXPECTED + ")");
      }
      UpstreamSettings upstream = upstream(entry.name(), entry.value());
      if (upstream != null) {
        results.add(upstream);
      }
    }
    return results;
  }

  private @Nullable UpstreamSettings upstream(String name, Value value) {
    if (!value.isMapping()) {
      Endpoints only = EndpointReader.one(value);
      return only == null ? null : settings(name, only, Section.none(value));
    }
    Section upstream = Section.of(value, Keys.UPSTREAM);
    Endpoints endpoints =
        upstream.need("endpoints", "a list of one or more endpoints", EndpointReader::all);
    // Read in any case, so that every problem is told.
    UpstreamSettings settings = settings(name, endpoints == null ? NOWHERE : endpoints, upstream);
    return endpoints == null ? null : settings;
  }

  /** TLS of https endpoints, with what the mapping says of it. */
  private @Nullable ClientTlsSettings tls(Section upstream, Endpoints endpoints) {
    Section tls = upstream.orNull("tls", v -> v.section(Keys.UPSTREAM_TLS));
    if (tls == null) {
      return endpoints.https() ? new ClientTlsSettings(null, null, null) : null;
    }
    if (!endpoints.https() && !endpoints.equals(NOWHERE)) {
      upstream.report("tls", "never used (expected: an https endpoint)");
    }
    boolean shows = tls.has("certificate") || tls.has("key");
    return new ClientTlsSettings(
        tls.orNull("ca", tlsReader::authorities),
        shows ? tlsReader.identity(tls) : null,
        tls.orNull("serverName", UpstreamReader::serverName));
  }

  /** What is asked for in the handshake is a name, never an address (RFC 6066 section 3). */
  private static @Nullable String serverName(Value value) {
    String expected = "a host name";
    String text = value.text(expected);
    if (text == null) {
      return null;
    }
    boolean name =
        Authority.parse(text) instanceof Authority.Valid(Authority authority)
            && authority.port() < 0
            && IpAddress.parse(Addresses.bare(authority.host())) == null;
    if (!name) {
      value.refuse(expected);
    }
    return name ? text : null;
  }

  private UpstreamSettings settings(String name, Endpoints endpoints, Section upstream) {
    Section timeouts = upstream.inner("timeouts", Keys.UPSTREAM_TIMEOUTS);
    Section pool = upstream.inner("pool", Keys.POOL);
    return new UpstreamSettings(
        name,
        endpoints.addresses(),
        upstream.or("balance", Balance.LEAST_REQUESTS, UpstreamReader::balance),
        upstream.or("protocol", Protocol.AUTO, UpstreamReader::protocol),
        tls(upstream, endpoints),
        timeouts.or(
            "connect", Duration.ofSeconds(2), v -> v.duration(SHORTEST, Duration.ofMinutes(1))),
        timeouts.or("response", Duration.ofSeconds(30), v -> v.duration(SHORTEST, HOUR)),
        timeouts.or("idle", Duration.ofSeconds(60), v -> v.duration(Duration.ofMillis(100), HOUR)),
        pool.or("maxConnections", 256, v -> v.whole(1, 65_535)),
        pool.or("maxPending", 1_024, v -> v.whole(0, 1_000_000)),
        pool.or("wait", Duration.ofSeconds(1), v -> v.duration(SHORTEST, Duration.ofMinutes(1))),
        FaultReader.health(upstream),
        FaultReader.outlier(upstream),
        FaultReader.retry(upstream));
  }

  private static @Nullable Protocol protocol(Value value) {
    String word = value.word(PROTOCOLS.keySet());
    return word == null ? null : PROTOCOLS.get(word);
  }

  private static @Nullable Balance balance(Value value) {
    String word = value.word(BALANCES.keySet());
    return word == null ? null : BALANCES.get(word);
  }
}
