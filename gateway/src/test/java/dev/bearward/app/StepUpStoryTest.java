package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Step-up end to end over real sockets. */
class StepUpStoryTest {
  private static final String ROUTES =
      """
      routes:
        - path: /pay
          upstream: app
          require: {scopes: [pay], acr: {anyOf: ["urn:mfa", phr], maxAge: 15m}}
        - {path: /read, upstream: app, require: {}}
      """;

  @Test
  @DisplayName("rules 80, 81: short authentication is 401 with what is demanded, never forwarded")
  void request_withShortAuthentication_isChallenged() throws Exception {
    long now = Instant.now().getEpochSecond();
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      var token = story.issuer().token().scopes("pay");
      stepUp(gateway.get("/pay", token.sign()));
      stepUp(gateway.get("/pay", token.claim("acr", "urn:pwd").claim("auth_time", now).sign()));
      token.claim("acr", "urn:mfa");
      stepUp(gateway.get("/pay", token.claim("auth_time", now - 1000).sign()));
      stepUp(gateway.get("/pay", token.claim("auth_time", Long.toString(now)).sign()));
      assertThat(story.upstream().conversations()).isEmpty();
      var good = token.claim("auth_time", now - 600.5).sign();
      assertThat(gateway.get("/pay", good).statusCode()).isEqualTo(200);
      assertThat(gateway.get("/pay", good).statusCode()).isEqualTo(200);
    }
  }

  private static void stepUp(HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.body()).contains("\"reason\":\"step_up_required\"");
    assertThat(response.headers().firstValue("www-authenticate"))
        .hasValue(
            "Bearer realm=\"bearward\", error=\"insufficient_user_authentication\","
                + " error_description=\"a stronger or more recent authentication is required\","
                + " acr_values=\"urn:mfa phr\", max_age=\"900\"");
  }

  @Test
  @DisplayName("rule 82: a missing scope is 403 and comes first; other routes demand nothing of it")
  void request_withoutScope_isInsufficientScope() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway(ROUTES)) {
      var response = gateway.get("/pay", story.issuer().token().sign());
      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(response.body()).contains("insufficient_scope");
      assertThat(response.headers().firstValue("www-authenticate").orElseThrow())
          .contains("scope=\"pay\"")
          .doesNotContain("acr_values");
      assertThat(gateway.get("/read", story.issuer().token().sign()).statusCode()).isEqualTo(200);
      var metrics = gateway.admin("GET", "/metrics").body();
      assertThat(metrics).contains("reason=\"insufficient_scope\"");
    }
  }
}
