package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Eventually;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Paths and hosts that change on their way upstream, end to end over real sockets. */
class RewriteStoryTest {
  private static final String ROUTES =
      """
      routes:
        - path: /api/**
          upstream: app
          public: true
          rewrite: {stripPrefix: /api, addPrefix: /v2/x, host: "legacy.internal:81"}
        - {path: /@me/**, upstream: app, public: true, rewrite: {stripPrefix: "/@me"}}
        - {path: /old, upstream: app, public: true, rewrite: {addPrefix: /new}}
        - {path: /whole, upstream: app, public: true, rewrite: {stripPrefix: /whole}}
        - path: "/t/{id}"
          upstream: app
          require: {}
          rewrite: {stripPrefix: /t, addPrefix: /v3}
      """;

  private static List<String> targets(Story story) {
    return Pattern.compile("GET (\\S+) HTTP/1\\.1")
        .matcher(story.seen())
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  @Test
  @DisplayName("contract: prefixes go and come after the match, the query stays as it is")
  void rewrite_prefixes_changesThePathAlone() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      for (String path :
          List.of(
              "/api/a?stripped=/api/a%2F..",
              "/api", "/api/", "/api/api/%61", "/%40me/x", "/@me", "/old", "/whole")) {
        assertThat(gateway.send("GET", path).statusCode()).as(path).isEqualTo(200);
      }
      assertThat(targets(story))
          .containsExactly(
              "/v2/x/a?stripped=/api/a%2F..",
              "/v2/x", "/v2/x/", "/v2/x/api/a", "/x", "/", "/new/old", "/");
    }
  }

  @Test
  @DisplayName("contract: the host is the route's, and the client's own goes on beside it")
  void rewrite_host_setsHostOnly() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      String own = gateway.uri("/").getAuthority();
      gateway.send("GET", "/api/a");
      gateway.send("GET", "/old");
      assertThat(story.seenFields("host"))
          .containsExactly("Host: legacy.internal:81", "Host: " + own);
      assertThat(story.seenFields("x-forwarded-host"))
          .containsExactly("X-Forwarded-Host: " + own, "X-Forwarded-Host: " + own);
      assertThat(story.seenFields("forwarded")).allMatch(line -> line.contains(own));
    }
  }

  @Test
  @DisplayName("contract: what is decided on and logged is the path as it was sent")
  void rewrite_neverChangesWhatIsDecidedAndLogged() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      assertThat(gateway.send("GET", "/t/7").statusCode()).isEqualTo(401);
      assertThat(gateway.get("/t/%37", story.issuer().token().sign()).statusCode()).isEqualTo(200);
      assertThat(gateway.send("GET", "/v3/7").statusCode()).isEqualTo(404);
      assertThat(targets(story)).containsExactly("/v3/7");
      Eventually.await("lines", () -> gateway.accessLog().lines().count() == 3);
      assertThat(gateway.accessLog().lines().filter(line -> line.contains("\"path\":\"/t/7\"")))
          .hasSize(2);
    }
  }
}
