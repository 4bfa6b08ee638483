package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Eventually;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens in the query and in cookies, end to end over real sockets. */
class TokenSourceStoryTest {
  private static final String SPA = "https://spa.example.com";
  private static final String ROUTES =
      """
      routes:
        - path: /api/**
          upstream: app
          require: {}
          token: forward
          tokenFrom: [header, {query: access_token}, {cookie: session}]
          origins: ["https://spa.example.com"]
          identity: {X-User: sub}
        - {path: /plain, upstream: app, require: {}}
      """;

  @Test
  @DisplayName("rules 4, 12, 161: a token in the query: upstream and logs never see it")
  void request_withTokenInQuery_isForwardedWithoutIt() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      String token = story.issuer().token().sign();
      var response = gateway.send("GET", "/api/a?x=%20+1&access_token=" + token + "&&y=2");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().allValues("cache-control")).containsExactly("private");
      var only = gateway.send("GET", "/api/b?access%5Ftoken=" + token.replace(".", "%2E"));
      assertThat(only.statusCode()).isEqualTo(200);
      assertThat(story.seen())
          .contains("GET /api/a?x=%20+1&&y=2 HTTP/1.1\r\n")
          .contains("GET /api/b HTTP/1.1\r\n")
          .contains("X-User: alice")
          .doesNotContainIgnoringCase("authorization")
          .doesNotContain("eyJ");
      logHolds(gateway, 2);
    }
  }

  @Test
  @DisplayName("rules 12, 161: a token in a cookie: that cookie is taken out, the others stay")
  void request_withTokenInCookie_isForwardedWithoutIt() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      String cookie = "a=1; session=" + story.issuer().token().sign() + "; b=\"2\"";
      var response = gateway.send("POST", "/api/a", "Cookie", cookie, "Origin", SPA);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().allValues("cache-control")).containsExactly("private");
      assertThat(
              gateway
                  .send("GET", "/api/a", "Cookie", cookie, "Sec-Fetch-Site", "same-origin")
                  .statusCode())
          .isEqualTo(200);
      assertThat(story.seenFields("cookie"))
          .containsExactly("Cookie: a=1; b=\"2\"", "Cookie: a=1; b=\"2\"");
      assertThat(story.seen()).contains("X-User: alice").doesNotContain("eyJ");
      logHolds(gateway, 2);
    }
  }

  private static void logHolds(RunningGateway gateway, int lines) {
    Eventually.await("lines", () -> gateway.accessLog().lines().count() == lines);
    assertThat(gateway.accessLog())
        .contains("alice")
        .doesNotContain("eyJ")
        .doesNotContain("access_token");
  }

  @Test
  @DisplayName("rule 158: a cookie from another origin is 403, whether its token is good or not")
  void request_withCookieFromElsewhere_isRefused() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      for (String token : List.of(story.issuer().token().sign(), "rubbish")) {
        String cookie = "session=" + token;
        refused(
            gateway.send("POST", "/api/a", "Cookie", cookie, "Origin", "https://evil.test"),
            403,
            "origin_not_allowed");
        refused(gateway.send("GET", "/api/a", "Cookie", cookie), 403, "origin_not_allowed");
        refused(
            gateway.send("GET", "/api/a", "Cookie", cookie, "Sec-Fetch-Site", "cross-site"),
            403,
            "origin_not_allowed");
      }
      assertThat(story.upstream().conversations()).isEmpty();
    }
  }

  @Test
  @DisplayName("rules 3, 4, 11: two tokens, or other credentials beside one, are 400")
  void request_withTwoTokens_isRefused() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      String token = story.issuer().token().sign();
      String query = "/api/a?access_token=" + token;
      for (var two :
          List.of(
              gateway.send("GET", query, "Authorization", "Bearer " + token),
              gateway.send("GET", query, "Authorization", "Basic YTpi"),
              gateway.send("GET", query + "&access_token=" + token),
              gateway.send("GET", query, "Cookie", "session=" + token, "Origin", SPA),
              gateway.send("GET", "/api/a", "Cookie", "session=x; session=y", "Origin", SPA))) {
        refused(two, 400, "multiple_tokens");
        assertThat(two.headers().firstValue("www-authenticate").orElse(""))
            .contains("error=\"invalid_request\"");
      }
      refused(gateway.send("GET", "/api/a?access_token=a%20b"), 400, "malformed_authorization");
      refused(gateway.send("GET", "/api/a?access_token="), 401, "no_token");
      assertThat(story.upstream().conversations()).isEmpty();
    }
  }

  @Test
  @DisplayName("rule 4: a route that does not ask for it ignores a token in query and cookie")
  void request_onPlainRoute_takesTheHeaderOnly() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      String token = story.issuer().token().sign();
      refused(gateway.send("GET", "/plain?access_token=" + token), 401, "no_token");
      refused(gateway.send("GET", "/plain", "Cookie", "session=" + token), 401, "no_token");
      var field = gateway.get("/plain?access_token=other", token);
      assertThat(field.statusCode()).isEqualTo(200);
      assertThat(field.headers().firstValue("cache-control")).isEmpty();
      assertThat(story.seen()).contains("GET /plain?access_token=other HTTP/1.1");
      var forwarded = gateway.get("/api/a", token);
      assertThat(forwarded.headers().firstValue("cache-control")).isEmpty();
      assertThat(story.seenFields("authorization"))
          .as("token: forward")
          .containsExactly("Authorization: Bearer " + token);
    }
  }

  private static void refused(HttpResponse<String> response, int status, String reason) {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).contains("\"reason\":\"" + reason + "\"").doesNotContain("eyJ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 OK|max-age=60|max-age=60,private",
        "201 Created|public|public,private",
        "200 OK|no-cache|no-cache,private",
        "200 OK|private=\"x\"|private=\"x\",private",
        "200 OK|Private, max-age=5|Private, max-age=5",
        "200 OK|no-store|no-store",
        "404 Not Found|max-age=60|max-age=60",
        "302 Found|max-age=60|max-age=60"
      })
  @DisplayName("rule 4: 2xx after a token in the query is private, unless it says as much already")
  void response_toTokenInQuery_isPrivate(String status, String upstreamSays, String clientSees)
      throws Exception {
    String answer =
        "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nCache-Control: " + upstreamSays;
    try (var story = new Story(answer + "\r\n\r\n");
        var gateway = story.gateway(ROUTES)) {
      var response = gateway.send("GET", "/api/a?access_token=" + story.issuer().token().sign());
      assertThat(String.join(",", response.headers().allValues("cache-control")))
          .isEqualTo(clientSees);
    }
  }
}
