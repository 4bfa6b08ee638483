package dev.bearward.observe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every meter of our own, once: name, kind, labels and meaning. Label values come from the
 * configuration or from a fixed list, never from a request.
 */
enum Metric {
  REQUESTS(
      Kind.COUNTER,
      "bearward.requests",
      "requests that were decided or refused",
      "route",
      "status"),
  REQUEST_DURATION(
      Kind.HISTOGRAM,
      "bearward.request.duration",
      "time from the request head to the end of the response",
      "route",
      "class"),
  REQUESTS_IN_FLIGHT(
      Kind.GAUGE, "bearward.requests.in.flight", "requests begun and not yet finished"),
  REFUSALS(
      Kind.COUNTER,
      "bearward.refusals",
      "requests refused, failed or broken off by reason",
      "reason"),
  REPORTED(
      Kind.COUNTER,
      "bearward.reported",
      "requests let through that only reporting routes would have refused, by reason",
      "reason"),
  RESPONSES_BROKEN(
      Kind.COUNTER, "bearward.responses.broken", "responses that did not reach their end", "route"),
  CLOSED_AT_EXPIRY(
      Kind.COUNTER,
      "bearward.closed.at.expiry",
      "WebSockets, event streams and gRPC calls ended because their token had come to its end",
      "kind"),
  CONNECTIONS(Kind.GAUGE, "bearward.connections", "open client connections"),
  CONNECTIONS_OPENED(Kind.COUNTER, "bearward.connections.opened", "client connections accepted"),
  PROXY_HEADERS_REFUSED(
      Kind.COUNTER,
      "bearward.proxy.headers.refused",
      "connections of trusted proxies closed because they began with no sound PROXY header"),
  TUNNELS(Kind.GAUGE, "bearward.tunnels", "open WebSockets"),
  TUNNEL_BYTES(
      Kind.COUNTER,
      "bearward.tunnel.bytes",
      "bytes of WebSockets that ended, from clients (in) or upstreams (out)",
      "direction"),

  UPSTREAM_RESPONSE(
      Kind.HISTOGRAM,
      "bearward.upstream.response",
      "time from the forwarded request head to the response head",
      "upstream"),
  UPSTREAM_CONNECTIONS(
      Kind.GAUGE,
      "bearward.upstream.connections",
      "upstream connections in use (active) or kept (idle)",
      "upstream",
      "state"),
  UPSTREAM_PENDING(
      Kind.GAUGE,
      "bearward.upstream.pending",
      "requests that wait for an upstream connection",
      "upstream"),
  UPSTREAM_CONNECTIONS_OPENED(
      Kind.COUNTER,
      "bearward.upstream.connections.opened",
      "upstream connections made",
      "upstream"),
  UPSTREAM_CONNECTIONS_REUSED(
      Kind.COUNTER,
      "bearward.upstream.connections.reused",
      "requests sent on a kept upstream connection",
      "upstream"),
  UPSTREAM_WAITS(
      Kind.COUNTER,
      "bearward.upstream.waits",
      "requests that had to wait for an upstream connection",
      "upstream"),

  UPSTREAM_RETRIES(
      Kind.COUNTER,
      "bearward.upstream.retries",
      "requests sent once more (sent), or not since the budget was used up (over_budget)",
      "upstream",
      "result"),
  UPSTREAM_EJECTIONS(
      Kind.COUNTER,
      "bearward.upstream.ejections",
      "times that an endpoint was left out for its failures",
      "upstream"),
  ENDPOINT_GOOD(
      Kind.GAUGE,
      "bearward.upstream.endpoint.good",
      "1 while the endpoint is neither unhealthy nor left out for its failures",
      "upstream",
      "endpoint"),
  ENDPOINT_REQUESTS(
      Kind.GAUGE,
      "bearward.upstream.endpoint.requests",
      "requests under way at the endpoint, those that wait for a connection included",
      "upstream",
      "endpoint"),

  KEYS(Kind.GAUGE, "bearward.keys", "usable keys of the issuer", "issuer"),
  KEYS_SKIPPED(
      Kind.GAUGE,
      "bearward.keys.skipped",
      "members of the issuer's key set that are not used",
      "issuer",
      "why"),
  KEY_SET_AGE(
      Kind.GAUGE_SECONDS,
      "bearward.key.set.age",
      "time since the issuer's keys were last read well",
      "issuer"),
  KEY_SET_FETCHES(
      Kind.COUNTER,
      "bearward.key.set.fetches",
      "fetches of the issuer's keys: ok or failed",
      "issuer",
      "result"),
  KEY_SET_WAITING(
      Kind.GAUGE, "bearward.key.set.waiting", "requests that wait for the issuer's keys", "issuer"),

  TOKEN_CACHE_REQUESTS(
      Kind.COUNTER,
      "bearward.token.cache.requests",
      "look-ups in the cache of verified tokens: hit or miss",
      "result"),
  TOKEN_CACHE_ENTRIES(
      Kind.GAUGE, "bearward.token.cache.entries", "tokens in the cache of verified tokens"),
  TOKEN_CACHE(
      Kind.GAUGE_BYTES, "bearward.token.cache", "memory of the cache of verified tokens, about"),
  TOKEN_VERIFICATION(
      Kind.HISTOGRAM,
      "bearward.token.verification",
      "time to verify or refuse a token that is not cached, without waiting for keys"),

  INTROSPECTIONS(
      Kind.COUNTER,
      "bearward.introspection.calls",
      "questions to the issuer about opaque tokens: accepted, refused or failed",
      "issuer",
      "result"),
  INTROSPECTION_DURATION(
      Kind.HISTOGRAM,
      "bearward.introspection.duration",
      "time from the question to the issuer to its answer or the failure",
      "issuer"),
  INTROSPECTION_CROWDED(
      Kind.COUNTER,
      "bearward.introspection.crowded",
      "requests turned away because too many wait, or too many questions bring nothing",
      "issuer"),
  INTROSPECTION_WAITING(
      Kind.GAUGE,
      "bearward.introspection.waiting",
      "requests that wait for the issuer's answer",
      "issuer"),
  REVOCATIONS(Kind.GAUGE, "bearward.revocations", "revocations in force by what they name", "by"),

  CLUSTER_UP(Kind.GAUGE, "bearward.cluster.up", "1 while Redis answers, 0 while it does not"),
  CLUSTER_QUESTIONS(
      Kind.COUNTER,
      "bearward.cluster.questions",
      "questions to Redis: answered, failed, or unasked since it is down or has too many",
      "about",
      "result"),
  CLUSTER_DURATION(
      Kind.HISTOGRAM, "bearward.cluster.duration", "time from a question to Redis to its answer"),

  TLS_HANDSHAKES_FAILED(
      Kind.COUNTER,
      "bearward.tls.handshakes.failed",
      "TLS handshakes that failed, with clients or upstreams",
      "side"),
  TLS_RELOADS(
      Kind.COUNTER,
      "bearward.tls.reloads",
      "certificates, keys and authorities that changed: ok, or failed and not in use",
      "result"),

  CONFIG_RELOADS(
      Kind.COUNTER,
      "bearward.config.reloads",
      "changed configurations that were read: ok, or failed and not in use",
      "outcome"),
  CONFIG_CURRENT(
      Kind.GAUGE,
      "bearward.config.current",
      "1 when the configuration in use is what its files say, 0 when they are bad"),
  CONFIG_GENERATION(
      Kind.GAUGE,
      "bearward.config.generation",
      "counts the configurations taken into use since the start"),
  CONFIG_LAST_SUCCESS(
      Kind.GAUGE_SECONDS,
      "bearward.config.last.success.timestamp",
      "when the configuration in use was read, in seconds since 1970"),

  EVENT_LOOP_LAG(
      Kind.HISTOGRAM,
      "bearward.event.loop.lag",
      "how much too late a task ran that every event loop runs once a second"),
  EVENT_LOOP_STALLED(
      Kind.GAUGE_SECONDS,
      "bearward.event.loop.stalled",
      "how long the slowest event loop's task is overdue right now"),
  BUFFER_MEMORY(
      Kind.GAUGE_BYTES, "bearward.buffer.memory", "memory that network buffers hold", "area"),
  ACCESS_LOG_DROPPED(
      Kind.COUNTER, "bearward.access.log.dropped", "access-log lines dropped for lack of room"),
  CRYPTO_PROVIDER(
      Kind.GAUGE,
      "bearward.crypto.provider",
      "1 for the provider that verifies signatures",
      "provider"),
  BUILD(Kind.GAUGE, "bearward.build", "always 1", "version", "commit", "java");

  /** What Prometheus calls the type; seconds are the base unit of time. */
  enum Kind {
    COUNTER("counter", "_total"),
    GAUGE("gauge", ""),
    GAUGE_SECONDS("gauge", "_seconds"),
    GAUGE_BYTES("gauge", "_bytes"),
    HISTOGRAM("histogram", "_seconds");

    private final String type;
    private final String suffix;

    Kind(String type, String suffix) {
      this.type = type;
      this.suffix = suffix;
    }

    /** What a gauge counts, or null for plain numbers. */
    @Nullable String unit() {
      return switch (this) {
        case COUNTER, GAUGE, HISTOGRAM -> null;
        case GAUGE_SECONDS -> "seconds";
        case GAUGE_BYTES -> "bytes";
      };
    }

    /** Word of the TYPE line. */
    String type() {
      return type;
    }
  }

  private final Kind kind;
  private final String meter;
  private final String help;
  private final String labels;

  Metric(Kind kind, String meter, String help, String... labels) {
    this.kind = kind;
    this.meter = meter;
    this.help = help;
    this.labels = String.join(",", labels);
  }

  Kind kind() {
    return kind;
  }

  /** Name as Micrometer wants it. */
  String meter() {
    return meter;
  }

  /** Name as a scraper reads it. */
  String exposed() {
    return meter.replace('.', '_') + kind.suffix;
  }

  String help() {
    return help;
  }

  List<String> labels() {
    return labels.isEmpty() ? List.of() : List.of(labels.split(",", -1));
  }
}
