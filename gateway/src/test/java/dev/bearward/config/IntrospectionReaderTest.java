package dev.bearward.config;

import static dev.bearward.config.Readings.loaded;
import static dev.bearward.config.Readings.problems;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.introspect.IntrospectionSettings;
import dev.bearward.jwks.KeySetSettings;
import dev.bearward.outbound.BasicCredentials;
import dev.bearward.outbound.OutboundSettings;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntrospectionReaderTest {
  private static final String REST =
      """
      upstreams: {app: "http://127.0.0.1:7002"}
      routes: [{path: /**, upstream: app, require: {}}]
      """;

  private static String issuer(String members) {
    return "issuers: [{issuer: 'https://a', audience: x, " + members + "}]\n" + REST;
  }

  private static String introspection(String members) {
    return issuer("introspection: {" + members + "}");
  }

  @Test
  void read_everyKey_isTaken() {
    GatewaySettings settings =
        loaded(
            issuer(
                "name: sso, refresh: {timeout: 2s}, http: {proxy: 'http://proxy:3128'},"
                    + " introspection: {url: 'https://a/i?x=1', clientId: gateway,"
                    + " clientSecret: hunter2, cache: 0s, concurrency: 4}"));

    assertThat(settings.introspections())
        .containsExactly(
            new IntrospectionSettings(
                "sso",
                URI.create("https://a/i?x=1"),
                new BasicCredentials("gateway", "hunter2"),
                Duration.ZERO,
                4,
                Duration.ofSeconds(2),
                false,
                new OutboundSettings(null, URI.create("http://proxy:3128"))));
    assertThat(settings.keySets().getFirst().location()).isEqualTo(new KeySetSettings.Discovery());
  }

  @Test
  void read_noIntrospection_isNone() {
    assertThat(loaded(issuer("name: sso")).introspections()).isEmpty();
  }

  @Test
  @DisplayName("an issuer of opaque tokens only needs no keys, and not to be a URL then")
  void read_keysNone_fetchesNothing() {
    GatewaySettings settings =
        loaded(
            issuer(
                    "keys: none, introspection: {url: 'http://localhost:1', clientId: a,"
                        + " clientSecret: b}")
                .replace("https://a", "urn:sso"));

    assertThat(settings.keySets().getFirst().location()).isEqualTo(new KeySetSettings.NoKeys());
    assertThat(settings.introspections()).hasSize(1);
  }

  @Test
  void read_keysNoneWithoutIntrospection_reported() {
    assertThat(problems(issuer("keys: none")))
        .containsExactly(
            "1:52: issuers[0].keys: none (expected: url, file or inline; none only with"
                + " introspection beside it)");
  }

  @Test
  void read_nothingSaid_everyMissingKeyIsReported() {
    assertThat(problems(introspection("")))
        .containsExactly(
            "1:61: issuers[0].introspection.url: missing (expected: the URL of the introspection"
                + " endpoint)",
            "1:61: issuers[0].introspection.clientId: missing (expected: the gateway's own client"
                + " id)",
            "1:61: issuers[0].introspection.clientSecret: missing (expected: its secret)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "url: 'http://a/i' | url: http://a/i (expected: https; plain http beyond loopback",
        "url: 'https://u:hunter2@a' | url: https://(hidden)@a (expected: an https URL without",
        "url: 'https://a/#x' | url: https://a/#x (expected: an https URL without",
        "url: /introspect | url: /introspect (expected: an https URL without",
        "clientId: '' | clientId: \"\" (expected: a client id)",
        "clientSecret: [hunter2] | clientSecret: (hidden) (expected: the secret of the client)",
        "clientSecret: 12345 | clientSecret: (hidden) (expected: the secret of the client; in",
        "cache: 2h | cache: 2h (expected: a duration, 0s to 1h)",
        "cache: none | cache: none (expected: a duration, 0s to 1h)",
        "concurrency: 0 | concurrency: 0 (expected: a whole number, 1 to 1000)",
        "timeout: 1s | timeout: unknown key (expected: url, clientId, clientSecret, cache,",
      })
  void read_badValue_isReported(String member, String problem) {
    String key = member.substring(0, member.indexOf(':'));
    String others = "";
    for (String other : new String[] {"url: 'https://a/i'", "clientId: a", "clientSecret: b"}) {
      others += other.startsWith(key + ":") ? "" : ", " + other;
    }

    assertThat(problems(introspection(member + others)))
        .singleElement()
        .asString()
        .contains("issuers[0].introspection." + problem)
        .doesNotContain("hunter2");
  }

  @Test
  @DisplayName("rule 186: a secret in the place of the mapping is not shown")
  void read_noMapping_isHidden() {
    assertThat(problems(issuer("introspection: hunter2")))
        .singleElement()
        .asString()
        .contains("(hidden)")
        .doesNotContain("hunter2");
  }

  @Test
  @DisplayName("rules 83, 186: credentials are never printed")
  void toString_hidesTheSecret() {
    GatewaySettings settings =
        loaded(introspection("url: 'https://a/i', clientId: gateway, clientSecret: hunter2"));

    assertThat(settings.toString()).contains("(credentials)").doesNotContain("hunter2");
  }

  @Test
  @DisplayName("rule 83: plain http that was asked for is warned about")
  void read_insecureHttp_warns() {
    Reading reading =
        new FakeSurroundings()
            .read(
                issuer(
                    "insecureHttp: true, introspection: {url: 'http://b/i', clientId: a,"
                        + " clientSecret: c}"));

    assertThat(((Reading.Loaded) reading).warnings())
        .singleElement()
        .asString()
        .contains("issuers[0].introspection.url", "plain http");
  }

  private static String twoIssuers(String routes) {
    String introspection = "introspection: {url: 'https://a/i', clientId: a, clientSecret: b}";
    return """
    issuers:
      - {name: a, issuer: "https://a", audience: x, %1$s}
      - {name: b, issuer: "https://b", audience: x, %1$s}
      - {name: c, issuer: "https://c", audience: x}
    upstreams: {app: "http://127.0.0.1:7002"}
    routes:
    %2$s
    """
        .formatted(introspection, routes);
  }

  @Test
  @DisplayName("a route that accepts two issuers with introspection is an error")
  void read_twoIntrospectingIssuersOnARoute_reported() {
    assertThat(
            problems(
                twoIssuers(
                    """
                    - {path: /one, upstream: app, require: {issuers: [a, c]}}
                    - {path: /all, upstream: app, require: {}}
                    - {path: /two, upstream: app, require: {issuers: [b, c, a]}}
                    - {path: /none, upstream: app, public: true}
                    """
                        .indent(2))))
        .containsExactly(
            "8:5: routes[1].require.issuers: a, b have introspection (expected: at most one on a"
                + " route)",
            "9:5: routes[2].require.issuers: a, b have introspection (expected: at most one on a"
                + " route)");
  }

  @Test
  void read_eachRouteWithItsOwnIssuer_isFine() {
    String routes =
        """
        - {path: /a, upstream: app, require: {issuers: [a, c]}}
        - {path: /b, upstream: app, require: {issuers: [b]}}
        """
            .indent(2);

    assertThat(loaded(twoIssuers(routes)).introspections()).hasSize(2);
  }
}
