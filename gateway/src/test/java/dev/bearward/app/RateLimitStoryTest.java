package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Eventually;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Rates of routes, end to end over real sockets. */
class RateLimitStoryTest {
  private static final String ROUTES =
      """
      routes:
        - path: /subject
          upstream: app
          require: {}
          rateLimit: {requests: 2, per: 1h}
          cors: {origins: ["https://spa.example.com"]}
        - path: /address
          name: by address
          upstream: app
          public: true
          rateLimit: {requests: 60, per: 1m, burst: 2, by: address}
        - path: /team
          upstream: app
          require: {}
          rateLimit: {requests: 1, per: 500ms, burst: 1, by: {claim: team}}
        - path: /tried
          upstream: app
          mode: report
          require: {scopes: [never]}
          rateLimit: {requests: 2, per: 1h, by: client}
        - path: /passed
          upstream: app
          require: {}
          cors: passthrough
          rateLimit: {requests: 1, per: 1h}
      """;

  private static String field(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("none");
  }

  @Test
  @DisplayName("contract: by subject, each user has a rate of their own; scripts can read the 429")
  void rate_bySubject_isEachUsers() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      String alice = story.issuer().token().sign();
      String bob = story.issuer().token().claim("sub", "bob").sign();
      HttpResponse<String> first = gateway.get("/subject", alice);
      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(field(first, "ratelimit-policy")).isEqualTo("\"requests\";q=2;w=3600");
      assertThat(field(first, "ratelimit")).startsWith("\"requests\";r=1;t=");
      assertThat(gateway.get("/subject", alice).statusCode()).isEqualTo(200);

      HttpResponse<String> third =
          gateway.send(
              "GET",
              "/subject",
              "Authorization",
              "Bearer " + alice,
              "Origin",
              "https://spa.example.com");
      assertThat(third.statusCode()).isEqualTo(429);
      assertThat(third.body()).contains("\"reason\":\"rate_limited\"");
      assertThat(field(third, "access-control-allow-origin")).isEqualTo("https://spa.example.com");
      assertThat(field(third, "cache-control")).isEqualTo("no-store");
      assertThat(Long.parseLong(field(third, "retry-after"))).isBetween(1L, 1_800L);
      assertThat(field(third, "ratelimit"))
          .isEqualTo("\"requests\";r=0;t=" + field(third, "retry-after"));
      assertThat(field(third, "www-authenticate")).isEqualTo("none");

      assertThat(gateway.get("/subject", bob).statusCode()).isEqualTo(200);
      assertThat(gateway.get("/subject", "forged").statusCode()).isEqualTo(401);
      assertThat(story.upstream().conversations()).isNotEmpty();
      Eventually.await("lines", () -> gateway.accessLog().lines().count() == 5);
      assertThat(gateway.accessLog().lines().filter(line -> line.contains("rate_limited")))
          .singleElement()
          .satisfies(line -> assertThat(line).contains("\"route\":\"/subject\"").contains("alice"));
      assertThat(gateway.admin("GET", "/metrics").body())
          .contains("bearward_refusals_total{reason=\"rate_limited\"} 1.0")
          .contains("bearward_requests_total{route=\"/subject\",status=\"429\"} 1.0");
    }
  }

  @Test
  @DisplayName("contract: by address, public routes have a rate too")
  void rate_byAddress_isTheAddresses() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      assertThat(gateway.send("GET", "/address").statusCode()).isEqualTo(200);
      assertThat(gateway.send("GET", "/address").statusCode()).isEqualTo(200);
      HttpResponse<String> third = gateway.send("GET", "/address");
      assertThat(third.statusCode()).isEqualTo(429);
      assertThat(field(third, "retry-after")).isEqualTo("1");
      assertThat(field(third, "ratelimit-policy")).isEqualTo("\"requests\";q=60;w=60");
    }
  }

  @Test
  @DisplayName("contract: by claim; a token without it is refused, a window below a second unsaid")
  void rate_byClaim_needsTheClaim() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      String blue = story.issuer().token().claim("team", "blue").sign();
      HttpResponse<String> first = gateway.get("/team", blue);
      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(field(first, "ratelimit-policy")).isEqualTo("\"requests\";q=1");
      HttpResponse<String> without = gateway.get("/team", story.issuer().token().sign());
      assertThat(without.statusCode()).isEqualTo(403);
      assertThat(without.body()).contains("claim_mismatch");
      Eventually.await("it comes back", () -> ok(gateway, blue));
    }
  }

  private static boolean ok(RunningGateway gateway, String token) {
    try {
      return gateway.get("/team", token).statusCode() == 200;
    } catch (java.io.IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("rule 175: who is let through unknown counts for the address: reports, preflights")
  void rate_ofUnknownClients_isTheAddresses() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      for (int status : new int[] {200, 200, 429}) {
        assertThat(gateway.send("GET", "/tried").statusCode()).isEqualTo(status);
      }
      for (int status : new int[] {200, 429}) {
        assertThat(
                gateway
                    .send(
                        "OPTIONS",
                        "/passed",
                        "Origin",
                        "https://spa.example.com",
                        "Access-Control-Request-Method",
                        "GET")
                    .statusCode())
            .isEqualTo(status);
      }
      assertThat(gateway.get("/passed", story.issuer().token().sign()).statusCode()).isEqualTo(200);
    }
  }
}
