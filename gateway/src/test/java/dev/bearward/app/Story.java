package dev.bearward.app;

import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.TestIssuer;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** An issuer with its keys in the file, a recording upstream, and gateways between them. */
final class Story implements AutoCloseable {
  static final String OK =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok";

  private final TestIssuer issuer = TestIssuer.simple();
  private final RawUpstream upstream;

  Story() {
    this(OK);
  }

  /** A story whose upstream always gives that answer. */
  Story(String answer) {
    this(RawUpstream.answering(answer));
  }

  /** A story with that upstream, which it closes. */
  Story(RawUpstream upstream) {
    this.upstream = upstream;
  }

  TestIssuer issuer() {
    return issuer;
  }

  RawUpstream upstream() {
    return upstream;
  }

  /** A gateway with one upstream named app, and more of the file from the test. */
  RunningGateway gateway(String rest) throws IOException {
    return new RunningGateway(yaml(rest));
  }

  String yaml(String rest) {
    return """
    admin: {listen: "127.0.0.1:0"}
    issuers:
      - {name: test, issuer: "%s", audience: "%s", keys: {inline: '%s'}}
    upstreams: {app: "http://127.0.0.1:%d"}
    """
            .formatted(issuer.issuer(), TestIssuer.AUDIENCE, issuer.jwks(), upstream.port())
        + (rest.startsWith("server:") || rest.contains("\nserver:")
            ? ""
            : "server: {listen: \"127.0.0.1:0\"}\n")
        + rest;
  }

  /** Everything the upstream got, over all connections. */
  String seen() {
    return String.join("\n--\n", upstream.conversations().stream().map(c -> c.received()).toList());
  }

  /** Field lines of that name that the upstream got. */
  List<String> seenFields(String name) {
    String start = name.toLowerCase(Locale.ROOT) + ":";
    return seen().lines().filter(l -> l.toLowerCase(Locale.ROOT).startsWith(start)).toList();
  }

  @Override
  public void close() {
    upstream.close();
  }
}
