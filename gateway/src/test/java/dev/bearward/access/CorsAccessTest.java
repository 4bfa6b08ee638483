package dev.bearward.access;

import static dev.bearward.access.GateSetup.SPA;
import static dev.bearward.access.GateSetup.answer;
import static dev.bearward.access.GateSetup.cors;
import static dev.bearward.access.GateSetup.denial;
import static dev.bearward.access.GateSetup.get;
import static dev.bearward.access.GateSetup.permit;
import static dev.bearward.access.GateSetup.preflight;
import static dev.bearward.access.GateSetup.value;
import static dev.bearward.access.GateSetup.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.cors.CorsPolicy;
import dev.bearward.http.Header;
import dev.bearward.http.Reason;
import dev.bearward.http.TestHeads;
import dev.bearward.route.TestRoutes;
import dev.bearward.token.VerifiedTokens;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CorsAccessTest {
  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
  private static final String ALLOW_METHODS = "Access-Control-Allow-Methods";
  private static final Header VARY = new Header("Vary", "Origin");

  private static final AccessGate GATE =
      new GateSetup()
          .route(TestRoutes.path("/x").name("read").methods("GET"), cors(SPA))
          .route(TestRoutes.path("/x").name("write").methods("POST"), cors("https://admin"))
          .route(TestRoutes.path("/plain"))
          .route(TestRoutes.path("/open").open(), cors("*"))
          .route(
              TestRoutes.path("/pass").name("pass").methods("PUT"),
              new CorsPolicy.Passthrough(List.of()))
          .token("t", VerifiedTokens.alice())
          .gate();

  @Test
  @DisplayName("rules 162, 166: a preflight is answered without a token")
  void decide_preflight_isAnswered() {
    AccessDecision.Answer answer = answer(GATE.decide(preflight("GET", "/x", SPA)));
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.route()).isNotNull();
    assertThat(value(answer.headers(), ALLOW_ORIGIN)).isEqualTo(SPA);
    assertThat(value(answer.headers(), ALLOW_METHODS)).isEqualTo("GET");
    assertThat(value(answer.headers(), "Access-Control-Allow-Headers")).isEqualTo("Authorization");
  }

  @Test
  @DisplayName("rule 167: the route of the method asked for decides")
  void decide_preflightByMethod_picksThatRoute() {
    AccessDecision.Answer write = answer(GATE.decide(preflight("POST", "/x", "https://admin")));
    assertThat(value(write.headers(), ALLOW_ORIGIN)).isEqualTo("https://admin");
    assertThat(value(write.headers(), ALLOW_METHODS)).isEqualTo("POST");
    assertThat(answer(GATE.decide(preflight("POST", "/x", SPA))).headers()).containsExactly(VARY);
  }

  @Test
  @DisplayName("rules 164, 168: a preflight from another origin is told nothing")
  void decide_preflightOfOtherOrigin_hasNoAllowHeaders() {
    AccessDecision.Answer answer = answer(GATE.decide(preflight("GET", "/x", "null")));
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.headers()).containsExactly(VARY);
  }

  @Test
  @DisplayName("rule 167: a method no route takes, or in other case, is not among those allowed")
  void decide_preflightForOtherMethod_listsWhatIsAllowed() {
    for (String method : List.of("DELETE", "get", "TRACE", "")) {
      AccessDecision.Answer answer = answer(GATE.decide(preflight(method, "/x", SPA)));
      assertThat(value(answer.headers(), ALLOW_ORIGIN)).isEqualTo(SPA);
      assertThat(value(answer.headers(), ALLOW_METHODS)).isEqualTo("GET");
    }
    AccessDecision.Answer admin = answer(GATE.decide(preflight("DELETE", "/x", "https://admin")));
    assertThat(value(admin.headers(), ALLOW_METHODS)).isEqualTo("POST");
    assertThat(answer(GATE.decide(preflight("DELETE", "/x", "https://evil"))).headers())
        .containsExactly(VARY);
  }

  @Test
  @DisplayName("rule 162: other OPTIONS, and preflights to routes without CORS, need a token")
  void decide_otherOptions_needAToken() {
    assertThat(denial(GATE.decide(TestHeads.head("OPTIONS", "h", "/plain"))).reason())
        .isEqualTo(Reason.NO_TOKEN);
    assertThat(denial(GATE.decide(preflight("GET", "/plain", SPA))).reason())
        .isEqualTo(Reason.NO_TOKEN);
    assertThat(denial(GATE.decide(preflight("GET", "/nowhere", SPA))).reason())
        .isEqualTo(Reason.NO_ROUTE);
    assertThat(denial(GATE.decide(TestHeads.head("OPTIONS", "h", "/x", "Origin", SPA))).reason())
        .isEqualTo(Reason.METHOD_NOT_ALLOWED);
  }

  @Test
  @DisplayName("contract: with passthrough a real preflight goes upstream without a token")
  void decide_passthroughPreflight_goesUpstream() {
    var permit = permit(GATE.decide(preflight("PUT", "/pass", SPA)));
    assertThat(permit.route().name()).isEqualTo("pass");
    assertThat(permit.identity()).isNull();
    assertThat(permit.responseHeaders()).isEmpty();
    assertThat(permit.ownsCors()).isFalse();
    assertThat(permit.use().method()).isEqualTo("OPTIONS");
  }

  @Test
  @DisplayName("regression: a passed-through preflight brings no credentials and no body")
  void decide_passthroughPreflight_isBare() {
    String[] fields = {
      "Origin", SPA, "Access-Control-Request-Method", "PUT", "Cookie", "a=b", "Authorization", "x"
    };
    var forwarded = permit(GATE.decide(TestHeads.head("OPTIONS", "h", "/pass", fields))).use();
    var names = new java.util.ArrayList<String>();
    forwarded.headers().forEach((name, _) -> names.add(name));
    assertThat(names).contains("Origin").doesNotContain("Cookie", "Authorization");
    assertThat(forwarded.headers().first("cookie")).isNull();
    for (String[] body :
        new String[][] {{"Content-Length", "4"}, {"Transfer-Encoding", "chunked"}}) {
      String[] with = java.util.Arrays.copyOf(fields, fields.length + 2);
      with[fields.length] = body[0];
      with[fields.length + 1] = body[1];
      assertThat(denial(GATE.decide(TestHeads.head("OPTIONS", "h", "/pass", with))).reason())
          .isEqualTo(Reason.METHOD_NOT_ALLOWED);
    }
  }

  @Test
  @DisplayName("contract: with passthrough anything that is no preflight needs a token")
  void decide_passthroughWithoutPreflight_isRefused() {
    var put = denial(GATE.decide(TestHeads.head("PUT", "h", "/pass", "Origin", SPA)));
    assertThat(put.reason()).isEqualTo(Reason.NO_TOKEN);
    assertThat(value(put.headers(), ALLOW_ORIGIN)).isEqualTo("*");
    assertThat(denial(GATE.decide(TestHeads.head("OPTIONS", "h", "/pass"))).reason())
        .isEqualTo(Reason.METHOD_NOT_ALLOWED);
    assertThat(denial(GATE.decide(preflight("GET", "/pass", SPA))).reason())
        .as("a preflight for a method that no route takes")
        .isEqualTo(Reason.METHOD_NOT_ALLOWED);
  }

  @Test
  @DisplayName("contract: with passthrough own headers go only on own refusals")
  void decide_passthroughWithToken_leavesResponsesAlone() {
    var permit =
        permit(
            GATE.decide(
                TestHeads.head("PUT", "h", "/pass", "Origin", SPA, "Authorization", "Bearer t")));
    assertThat(permit.responseHeaders()).isEmpty();
    assertThat(value(permit.refuse(Reason.UPSTREAM_TIMEOUT).headers(), ALLOW_ORIGIN))
        .isEqualTo("*");
  }

  @Test
  @DisplayName("rules 163, 169: refusals on a route can be read by its origins")
  void decide_refusal_carriesCors() {
    var denial = denial(GATE.decide(get("/x", "Origin", SPA)));
    assertThat(denial.reason()).isEqualTo(Reason.NO_TOKEN);
    assertThat(value(denial.headers(), ALLOW_ORIGIN)).isEqualTo(SPA);
    assertThat(value(denial.headers(), "Access-Control-Expose-Headers"))
        .isEqualTo("WWW-Authenticate");
    assertThat(value(denial.headers(), "Vary")).isEqualTo("Origin");
    assertThat(denial(GATE.decide(get("/x", "Origin", "https://evil"))).headers())
        .containsExactly(VARY);
    assertThat(denial(GATE.decide(get("/x"))).headers()).containsExactly(VARY);
  }

  @Test
  @DisplayName("rules 163, 170: a permit carries CORS for the response and for later refusals")
  void decide_permit_carriesCors() {
    var permit = permit(GATE.decide(with("t", "/x", "Origin", SPA)));
    assertThat(permit.ownsCors()).isTrue();
    assertThat(value(permit.responseHeaders(), ALLOW_ORIGIN)).isEqualTo(SPA);
    assertThat(value(permit.refuse(Reason.UPSTREAM_RESET).headers(), ALLOW_ORIGIN)).isEqualTo(SPA);
    var open = permit(GATE.decide(get("/open")));
    assertThat(value(open.responseHeaders(), ALLOW_ORIGIN)).isEqualTo("*");
    assertThat(value(open.responseHeaders(), "Vary")).isNull();
  }

  @Test
  @DisplayName("contract: 405 carries the CORS headers of the path's routes")
  void decide_otherMethod_carriesCorsOfThePath() {
    for (String origin : List.of(SPA, "https://admin")) {
      var denial = denial(GATE.decide(TestHeads.head("PUT", "h", "/x", "Origin", origin)));
      assertThat(denial.reason()).isEqualTo(Reason.METHOD_NOT_ALLOWED);
      assertThat(value(denial.headers(), "Allow")).isEqualTo("GET, POST");
      assertThat(value(denial.headers(), ALLOW_ORIGIN)).isEqualTo(origin);
    }
    var other = denial(GATE.decide(TestHeads.head("PUT", "h", "/x", "Origin", "https://evil")));
    assertThat(other.headers()).containsExactly(new Header("Allow", "GET, POST"), VARY);
  }
}
