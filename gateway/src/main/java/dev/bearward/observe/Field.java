package dev.bearward.observe;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Name of an access-log field, as both formats write it before a value. */
final class Field {
  static final Field REQUEST_ID = of("requestId");
  static final Field CLIENT = of("client");
  static final Field METHOD = of("method");
  static final Field HOST = of("host");
  static final Field PATH = of("path");
  static final Field ROUTE = of("route");
  static final Field STATUS = of("status");
  static final Field REASON = of("reason");
  static final Field REPORTED = of("reported");
  static final Field CLOSED_AT_EXPIRY = of("closedAtExpiry");
  static final Field COMPLETE = of("complete");
  static final Field ISSUER = of("issuer");
  static final Field SUBJECT = of("subject");
  static final Field CLIENT_ID = of("clientId");
  static final Field BYTES_IN = of("bytesIn");
  static final Field BYTES_OUT = of("bytesOut");
  static final Field DURATION = of("durationMs");
  static final Field UPSTREAM = of("upstream");
  static final Field UPSTREAM_DURATION = of("upstreamMs");

  /** All fields but the time, which comes first, and the claims, which the configuration names. */
  static final List<Field> FIXED =
      List.of(
          REQUEST_ID,
          CLIENT,
          METHOD,
          HOST,
          PATH,
          ROUTE,
          STATUS,
          REASON,
          REPORTED,
          CLOSED_AT_EXPIRY,
          COMPLETE,
          ISSUER,
          SUBJECT,
          CLIENT_ID,
          BYTES_IN,
          BYTES_OUT,
          DURATION,
          UPSTREAM,
          UPSTREAM_DURATION);

  private final String name;
  private final byte[] json;
  private final byte[] text;

  private Field(String name, byte[] json, byte[] text) {
    this.name = name;
    this.json = json;
    this.text = text;
  }

  /** A field of that name; the name may come from the configuration and hold anything. */
  static Field of(String name) {
    var line = new Line();
    line.escaped(name);
    String json = ",\"" + line + "\":";
    String text = " " + line.toString().replaceAll("[ =\\\\\"]", "_") + "=";
    return new Field(
        name, json.getBytes(StandardCharsets.US_ASCII), text.getBytes(StandardCharsets.US_ASCII));
  }

  String name() {
    return name;
  }

  /** Comma, name in quotes, colon. */
  byte[] json() {
    return json;
  }

  /** Space, name, equals sign. */
  byte[] text() {
    return text;
  }
}
