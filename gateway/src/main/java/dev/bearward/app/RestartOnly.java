package dev.bearward.app;

import dev.bearward.config.GatewaySettings;
import java.util.List;
import java.util.Optional;

/** What a running gateway keeps as it was at the start, whatever its file says later. */
enum RestartOnly {
  LISTEN("server.listen"),
  REQUEST_ID_HEADER("server.requestIdHeader"),
  PENDING("server.limits.pending"),
  HTTP2("server.http2"),
  TLS("server.tls"),
  ADMIN_LISTEN("admin.listen"),
  ADMIN_TOKEN("admin.token"),
  PERSIST("revocation.persist"),
  CLUSTER("cluster");

  private final String key;

  RestartOnly(String key) {
    this.key = key;
  }

  /** One line for each key that the file has changed since the start; never with a secret. */
  static List<String> changed(GatewaySettings start, GatewaySettings now) {
    return List.of(values()).stream()
        .filter(one -> !one.value(start).equals(one.value(now)))
        .map(RestartOnly::line)
        .toList();
  }

  private Object value(GatewaySettings settings) {
    return switch (this) {
      case LISTEN -> settings.server().listen();
      case REQUEST_ID_HEADER -> settings.server().requestIdHeader();
      case PENDING -> settings.server().limits().pending();
      case HTTP2 -> settings.server().http2();
      case TLS -> String.valueOf(settings.tls());
      case ADMIN_LISTEN -> String.valueOf(settings.admin().listen());
      case ADMIN_TOKEN -> String.valueOf(settings.admin().token());
      case PERSIST -> String.valueOf(settings.revocation().persist());
      case CLUSTER -> Optional.ofNullable(settings.cluster());
    };
  }

  private String line() {
    return key + ": changed (expected: the same until a restart); what it was at the start holds";
  }
}
