package dev.bearward.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Readings that tests expect. */
final class Readings {
  /** Enough to be loaded: three lines to put others before or behind. */
  static final String BASE =
      """
      issuers: [{issuer: "https://idp.example", audience: api}]
      upstreams: {app: "http://127.0.0.1:7002"}
      routes: [{path: /**, upstream: app, require: {}}]
      """;

  private Readings() {}

  static InetSocketAddress address(String literal, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
  }

  static GatewaySettings loaded(Reading reading) {
    assertThat(reading).isInstanceOf(Reading.Loaded.class);
    return ((Reading.Loaded) reading).settings();
  }

  static GatewaySettings loaded(String yaml) {
    return loaded(new FakeSurroundings().read(yaml));
  }

  static List<Problem> problems(Reading reading) {
    assertThat(reading).isInstanceOf(Reading.Rejected.class);
    return ((Reading.Rejected) reading).problems();
  }

  /** The problems as {@code line:column: path: message}. */
  static List<String> problems(String yaml) {
    return lines(new FakeSurroundings().read(yaml));
  }

  static List<String> lines(Reading reading) {
    return problems(reading).stream()
        .map(problem -> problem.toString().substring(problem.file().length() + 1))
        .map(String::strip)
        .toList();
  }
}
