package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Conversation;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fixed header rules of routes, end to end over real sockets. */
class HeaderRulesStoryTest {
  private static final String ROUTES =
      """
      routes:
        - path: /in/**
          upstream: app
          public: true
          requestHeaders:
            set: {X-Tenant: acme, Authorization: Basic YTpi}
            add: {X-Via: gateway, Cookie: b=2}
            remove: [X-Debug, Accept-Language]
        - path: /out
          upstream: app
          public: true
          cors: {origins: ["https://spa.example.com"]}
          responseHeaders:
            set: {X-Frame-Options: DENY, cache-control: no-cache}
            add: {Set-Cookie: c=3, Vary: Accept}
            remove: [Server, X-Powered-By]
        - {path: /plain, upstream: app, public: true}
        - path: /user
          upstream: app
          require: {}
          identity: {X-User: sub}
          requestHeaders: {set: {X-Tenant: acme}}
      """;

  private static final String FIELDS =
      String.join(
          "\r\n",
          "Set-Cookie: a=1",
          "server: Secret/1",
          "Set-Cookie: b=2",
          "Vary: Origin",
          "Cache-Control: public",
          "Cache-Control: max-age=9",
          "x-powered-by: PHP",
          "");

  private static List<String> answered(RunningGateway gateway, String head) throws Exception {
    try (var client =
        new Conversation(
            new Socket(InetAddress.getLoopbackAddress(), gateway.uri("/").getPort()))) {
      client.send(head);
      return client.readUntil("\r\n\r\n").lines().filter(line -> !line.isEmpty()).toList();
    }
  }

  private static List<String> fields(List<String> head, String name) {
    return head.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .toList();
  }

  @Test
  @DisplayName("contract: fields are set, added and removed on the way upstream")
  void requestHeaders_changeWhatTheUpstreamGets() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      answered(
          gateway,
          "GET /in/a HTTP/1.1\r\nHost: a\r\nx-tenant: mallory\r\nX.Tenant: eve\r\nx-via: one\r\n"
              + "X-VIA: two\r\nX-Debug: 1\r\naccept-language: de\r\nCookie: a=1\r\n"
              + "Authorization: Bearer theirs\r\nX-Other: kept\r\n\r\n");
      assertThat(story.seenFields("x-tenant")).containsExactly("X-Tenant: acme");
      assertThat(story.seenFields("authorization")).containsExactly("Authorization: Basic YTpi");
      assertThat(story.seenFields("x-via"))
          .containsExactly("x-via: one", "X-VIA: two", "X-Via: gateway");
      assertThat(story.seenFields("cookie")).containsExactly("Cookie: a=1", "Cookie: b=2");
      assertThat(story.seenFields("x-other")).containsExactly("X-Other: kept");
      assertThat(story.seen().toLowerCase(Locale.ROOT))
          .doesNotContain("x-debug", "accept-language", "x.tenant");
    }
  }

  @Test
  @DisplayName("contract: other routes pass the very same fields on; identity headers stay")
  void requestHeaders_concernTheirRouteAlone() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      gateway.send("GET", "/plain", "X-Tenant", "client", "X-Debug", "1");
      assertThat(story.seenFields("x-tenant")).containsExactly("X-Tenant: client");
      assertThat(story.seenFields("x-debug")).containsExactly("X-Debug: 1");
      gateway.send(
          "GET",
          "/user",
          "Authorization",
          "Bearer " + story.issuer().token().sign(),
          "X-User",
          "eve",
          "X-Tenant",
          "client");
      assertThat(story.seenFields("x-user")).containsExactly("X-User: alice");
      assertThat(story.seenFields("x-tenant")).contains("X-Tenant: acme").hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 2\r\n\r\nok",
        "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
      })
  @DisplayName("contract: responses that pass as they came change like all others (decision 3)")
  void responseHeaders_changeWhatTheClientGets(String rest) throws Exception {
    try (var story = new Story("HTTP/1.1 200 Fine\r\n" + FIELDS + rest);
        var gateway = story.gateway(ROUTES)) {
      List<String> head =
          answered(
              gateway, "GET /out HTTP/1.1\r\nHost: a\r\nOrigin: https://spa.example.com\r\n\r\n");
      assertThat(head.getFirst()).isEqualTo("HTTP/1.1 200 Fine");
      assertThat(fields(head, "set-cookie")).containsExactly("a=1", "b=2", "c=3");
      assertThat(fields(head, "vary")).containsExactly("Origin", "Accept");
      assertThat(fields(head, "cache-control")).containsExactly("no-cache");
      assertThat(fields(head, "x-frame-options")).containsExactly("DENY");
      assertThat(fields(head, "access-control-allow-origin"))
          .containsExactly("https://spa.example.com");
      assertThat(fields(head, "server")).isEmpty();
      assertThat(fields(head, "x-powered-by")).isEmpty();

      List<String> untouched = answered(gateway, "GET /plain HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(fields(untouched, "cache-control")).containsExactly("public", "max-age=9");
      assertThat(fields(untouched, "server")).containsExactly("Secret/1");
    }
  }

  @Test
  @DisplayName("contract: what is removed or set does not come as a trailer either (rule 119)")
  void responseHeaders_holdForTrailers() throws Exception {
    try (var story =
            new Story(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n"
                    + "X-Powered-By: PHP\r\nX-Checksum: 1\r\n\r\n");
        var gateway = story.gateway(ROUTES);
        var client =
            new Conversation(
                new Socket(InetAddress.getLoopbackAddress(), gateway.uri("/").getPort()))) {
      client.send("GET /out HTTP/1.1\r\nHost: a\r\n\r\n");
      client.readHead();
      assertThat(client.readUntil("\r\n\r\n"))
          .isEqualToIgnoringCase("2\r\nok\r\n0\r\nX-Checksum: 1\r\n\r\n");
    }
  }

  @Test
  @DisplayName("contract: the gateway's own refusals say what they always say")
  void responseHeaders_leaveRefusalsAlone() throws Exception {
    String rest =
        """
        routes:
          - path: /a
            upstream: app
            require: {}
            responseHeaders: {set: {Cache-Control: public}, remove: [WWW-Authenticate]}
        """;
    try (var story = new Story();
        var gateway = story.gateway(rest)) {
      List<String> head = answered(gateway, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(fields(head, "cache-control")).containsExactly("no-store");
      assertThat(fields(head, "www-authenticate")).hasSize(1);
    }
  }
}
