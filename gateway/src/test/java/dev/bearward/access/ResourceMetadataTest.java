package dev.bearward.access;

import static dev.bearward.access.GateSetup.answer;
import static dev.bearward.access.GateSetup.denial;
import static dev.bearward.access.GateSetup.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.cors.AllowedOrigins;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.http.TestHeads;
import dev.bearward.policy.Requirement;
import dev.bearward.route.TestRoutes;
import dev.bearward.testing.TestIssuer;
import dev.bearward.token.IssuerSettings;
import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.TokenSource;
import dev.bearward.token.TokenSources;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceMetadataTest {
  private static final String PATH = "/.well-known/oauth-protected-resource";
  private static final ResourceIdentifier API = new ResourceIdentifier("https://api.example.com");

  private static IssuerSettings issuer(String name, String issuer) {
    return new TestIssuer(name, issuer, InstantSource.system(), JwsAlgorithm.ES256).settings();
  }

  private static RoutePlan plan(TestRoutes route, TokenSource... sources) {
    return new RoutePlan(
        route.route(),
        List.of(),
        null,
        new TokenSources(List.of(sources)),
        AllowedOrigins.NONE,
        false);
  }

  private static AccessDecision told(ResourceMetadata metadata, RequestHead head) {
    return Objects.requireNonNull(metadata.answer(head));
  }

  private static String document(List<IssuerSettings> issuers, RoutePlan... plans) {
    var metadata = new ResourceMetadata(API, issuers, List.of(plans));
    return answer(told(metadata, GateSetup.get(PATH))).body();
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.example.com, https://api.example.com/.well-known/oauth-protected-resource",
    "https://api.example.com/, https://api.example.com/.well-known/oauth-protected-resource",
    "https://a.example:8443/v1, https://a.example:8443/.well-known/oauth-protected-resource/v1",
    "https://a.example/v1/, https://a.example/.well-known/oauth-protected-resource/v1/"
  })
  @DisplayName(
      "rule 61: the well-known segment stands between host and path, a bare slash is dropped")
  void metadataUrl_isWellKnown(String resource, String url) {
    assertThat(new ResourceIdentifier(resource).metadataUrl()).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://api.example.com",
        "https://api.example.com#x",
        "https://api.example.com?x=1",
        "https://u@api.example.com",
        "https:///x",
        "urn:api"
      })
  @DisplayName("rule 63: the identifier is an https URL without fragment")
  void resource_ofOtherForm_isRefused(String resource) {
    assertThatThrownBy(() -> new ResourceIdentifier(resource))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("rules 63, 68: the document says what routes and issuers enforce")
  void document_agreesWithRoutes() {
    var demand =
        new Requirement.Token(
            Set.of("a"), Set.of(), List.of("write", "read"), List.of("staff"), List.of());
    var header = new TokenSource.Header();
    String document =
        document(
            List.of(
                issuer("a", "https://a.example/"),
                issuer("unused", "https://unused.example/"),
                issuer("batch", "urn:batch")),
            plan(TestRoutes.path("/a").requires(demand), header),
            plan(TestRoutes.path("/b").requires(demand), header, new TokenSource.Query("q")),
            plan(TestRoutes.path("/c").open(), header));

    assertThat(document)
        .isEqualTo(
            "{\"authorization_servers\":[\"https://a.example/\"],"
                + "\"bearer_methods_supported\":[\"header\",\"query\"],"
                + "\"resource\":\"https://api.example.com\","
                + "\"scopes_supported\":[\"read\",\"staff\",\"write\"]}");
  }

  @Test
  @DisplayName("rule 64: parameters without values are left out")
  void document_withoutValues_leavesParametersOut() {
    assertThat(document(List.of(), plan(TestRoutes.path("/c").open(), new TokenSource.Header())))
        .isEqualTo("{\"resource\":\"https://api.example.com\"}");
    assertThat(
            document(
                List.of(issuer("batch", "urn:batch")),
                plan(TestRoutes.path("/a"), new TokenSource.Cookie("c"))))
        .isEqualTo("{\"resource\":\"https://api.example.com\"}");
  }

  @Test
  @DisplayName(
      "rules 62, 67: GET and HEAD are answered for scripts of all origins, no other method")
  void answer_byMethod() {
    var metadata = new ResourceMetadata(API, List.of(), List.of());
    for (String method : List.of("GET", "HEAD")) {
      var answer = answer(told(metadata, TestHeads.head(method, "any.host", PATH)));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(value(answer.headers(), "Content-Type")).isEqualTo("application/json");
      assertThat(value(answer.headers(), "Access-Control-Allow-Origin")).isEqualTo("*");
      assertThat(value(answer.headers(), "Cache-Control")).isEqualTo("max-age=300");
    }
    var preflight = answer(told(metadata, GateSetup.preflight("GET", PATH, GateSetup.SPA)));
    assertThat(preflight.status()).isEqualTo(204);
    assertThat(value(preflight.headers(), "Access-Control-Allow-Origin")).isEqualTo("*");
    for (String method : List.of("POST", "OPTIONS", "get")) {
      var denial = denial(told(metadata, TestHeads.head(method, "h", PATH)));
      assertThat(denial.reason()).isEqualTo(Reason.METHOD_NOT_ALLOWED);
      assertThat(value(denial.headers(), "Allow")).isEqualTo("GET, HEAD");
    }
    for (String other : List.of(PATH + "/", PATH + "/v1", "/.well-known", "/")) {
      assertThat(metadata.answer(GateSetup.get(other))).isNull();
    }
  }
}
