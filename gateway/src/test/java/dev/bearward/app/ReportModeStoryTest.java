package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.config.Configuration;
import dev.bearward.config.Problem;
import dev.bearward.config.Reading;
import dev.bearward.config.Surroundings;
import dev.bearward.testing.Eventually;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Routes that only report, end to end over real sockets. */
class ReportModeStoryTest {
  private static final String ROUTES =
      """
      defaults: {identity: {X-User: sub}, limits: {body: 10B}}
      routes:
        - path: /api/**
          name: tried
          methods: [GET, POST]
          upstream: app
          mode: report
          require: {scopes: [read]}
          tokenFrom: [header, {query: access_token}, {cookie: session}]
          origins: ["https://spa.example.com"]
        - {path: /strict, upstream: app, require: {}}
      """;

  @Test
  @DisplayName("contract: refusals are let through, counted and logged; the token goes on")
  void request_thatWouldBeRefused_isLetThrough() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      String unscoped = story.issuer().token().sign();
      passes(gateway.send("GET", "/api/none", "X-User", "mallory", "x-USER", "eve"));
      passes(gateway.send("GET", "/api/basic", "Authorization", "Basic YTpi"));
      passes(gateway.get("/api/bad", "rubbish"));
      passes(gateway.get("/api/scope", unscoped));
      passes(gateway.send("GET", "/api/two?access_token=a&access_token=b"));
      passes(gateway.send("GET", "/api/origin", "Cookie", "session=x", "Origin", "https://e.test"));

      assertThat(story.seenFields("x-user")).isEmpty();
      assertThat(story.seenFields("authorization"))
          .containsExactly(
              "Authorization: Basic YTpi",
              "Authorization: Bearer rubbish",
              "Authorization: Bearer " + unscoped);
      assertThat(story.seen()).contains("GET /api/two?access_token=a&access_token=b HTTP/1.1");
      assertThat(story.seenFields("cookie")).containsExactly("Cookie: session=x");

      Eventually.await("lines", () -> gateway.accessLog().lines().count() == 6);
      String log = gateway.accessLog();
      for (String reason :
          List.of(
              "no_token",
              "token_malformed",
              "insufficient_scope",
              "multiple_tokens",
              "origin_not_allowed")) {
        assertThat(log).contains("\"reported\":\"" + reason + "\"");
        assertThat(gateway.admin("GET", "/metrics").body())
            .containsPattern("bearward_reported_total\\{reason=\"" + reason + "\"} [12]\\.0");
      }
      assertThat(log).doesNotContain("\"reason\"").doesNotContain("eyJ").contains("alice");
    }
  }

  private static void passes(java.net.http.HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("ok");
  }

  @Test
  @DisplayName("rule 175: a good token is stripped and makes identity headers as everywhere")
  void request_thatIsInOrder_isTreatedAsEverywhere() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      String token = story.issuer().token().scopes("read").sign();
      passes(gateway.send("GET", "/api/a", "Authorization", "Bearer " + token, "X-User", "eve"));
      passes(gateway.send("GET", "/api/b?access_token=" + token));
      assertThat(story.seenFields("x-user")).containsExactly("X-User: alice", "X-User: alice");
      assertThat(story.seen()).doesNotContain("eyJ");
      Eventually.await("lines", () -> gateway.accessLog().lines().count() == 2);
      assertThat(gateway.accessLog()).doesNotContain("reported");
    }
  }

  @Test
  @DisplayName("contract: a request that is let through and then fails keeps what was reported")
  void request_thatFailsUpstream_isReportedAllTheSame() throws Exception {
    try (var story = new Story("rubbish\r\n\r\n");
        var gateway = story.gateway(ROUTES)) {
      assertThat(gateway.get("/api/bad", "rubbish").statusCode()).isEqualTo(502);
      assertThat(gateway.post("/api/large", "more than ten").statusCode()).isEqualTo(413);

      Eventually.await("lines", () -> gateway.accessLog().lines().count() == 2);
      assertThat(gateway.accessLog())
          .containsPattern(
              "upstream_invalid_response.*\"reported\":\"token_malformed\"|"
                  + "\"reported\":\"token_malformed\".*upstream_invalid_response")
          .containsPattern(
              "body_too_large.*\"reported\":\"no_token\"|"
                  + "\"reported\":\"no_token\".*body_too_large");
      assertThat(gateway.admin("GET", "/metrics").body())
          .contains("bearward_reported_total{reason=\"token_malformed\"} 1.0")
          .contains("bearward_reported_total{reason=\"no_token\"} 1.0")
          .contains("bearward_refusals_total{reason=\"upstream_invalid_response\"} 1.0");
    }
  }

  @Test
  @DisplayName("contract: framing, limits, methods and other routes hold all the same")
  void request_againstLimitsOrRoutes_isRefused() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      assertThat(gateway.send("GET", "/api/a%2Fb").statusCode()).isEqualTo(400);
      assertThat(gateway.send("DELETE", "/api/a").statusCode()).isEqualTo(405);
      assertThat(gateway.send("GET", "/elsewhere").statusCode()).isEqualTo(404);
      assertThat(gateway.send("GET", "/strict").statusCode()).isEqualTo(401);
      assertThat(gateway.post("/api/a", "more than ten").statusCode()).isEqualTo(413);
      assertThat(story.upstream().conversations()).isEmpty();
    }
  }

  @Test
  @DisplayName("contract: such routes are named in a warning at start; public ones make no sense")
  void mode_report_isWarnedAbout() {
    try (var story = new Story()) {
      assertThat(read(story.yaml(ROUTES)))
          .isInstanceOfSatisfying(
              Reading.Loaded.class,
              loaded ->
                  assertThat(loaded.warnings())
                      .extracting(Problem::message)
                      .contains(
                          "route tried only reports: whoever its token or policy check refuses is"
                              + " let through"));
      String open = "routes: [{path: /a, upstream: app, public: true, mode: report}]";
      assertThat(read(story.yaml(open)))
          .isInstanceOfSatisfying(
              Reading.Rejected.class,
              rejected ->
                  assertThat(rejected.problems())
                      .extracting(Problem::message)
                      .containsExactly(
                          "report (expected: enforce; a public route refuses nobody)"));
    }
  }

  private static Reading read(String yaml) {
    return new Configuration(Surroundings.ofProcess())
        .read("test.yaml", null, yaml.getBytes(StandardCharsets.UTF_8));
  }
}
