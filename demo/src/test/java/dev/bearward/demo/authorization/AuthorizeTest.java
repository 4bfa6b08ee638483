package dev.bearward.demo.authorization;

import static dev.bearward.demo.authorization.SignIn.fragment;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.demo.web.Http;
import dev.bearward.demo.web.Parameters;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code /authorize} accepts, and where its errors go. */
final class AuthorizeTest {
  private SignIn signIn;

  @BeforeEach
  void start() throws IOException {
    signIn = new SignIn();
  }

  @AfterEach
  void stop() {
    signIn.close();
  }

  @Test
  void documentedLink_asItStands_showsTheSignInPage() {
    HttpResponse<String> page =
        Http.get(
            signIn.base()
                + "authorize?scope=appointments%20contacts&audience=appointments:api"
                + "&response_type=id_token%20token&client_id=appointments-spa"
                + "&redirect_uri=https://app.example.com/callback&state=xyz&nonce=abc");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("Alice Ferreira", "Bob Okafor");

    Parameters answer = fragment(signIn.choose(page, "alice"), "https://app.example.com/callback");
    assertThat(answer.single("access_token")).isPresent();
    assertThat(answer.single("id_token")).isPresent();
    assertThat(answer.single("state")).contains("xyz");
  }

  @Test
  void homePage_showsALinkThatWorks() {
    String home = Http.get(signIn.base()).body();
    String link = home.replaceFirst("(?s).*href=\"/(authorize[^\"]+)\".*", "$1");
    assertThat(Http.get(signIn.base() + link.replace("&amp;", "&")).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:3000/callback/",
        "http://localhost:3000/callback/evil",
        "http://localhost:3000/callback?x=1",
        "http://localhost:3000/callback#x",
        "http://localhost:3000/callbac",
        "http://localhost:3000/Callback",
        "http://LOCALHOST:3000/callback",
        "HTTP://localhost:3000/callback",
        "https://localhost:3000/callback",
        "http://localhost:3001/callback",
        "http://localhost:3000/./callback",
        "http://localhost:3000/%63allback",
        "http://localhost:3000@evil.example/callback",
        "http://evil.example/http://localhost:3000/callback",
        "https://app.example.com.evil.example/callback",
        "https://evil.example/callback",
        "javascript:alert(1)",
        " http://localhost:3000/callback",
        "http://localhost:3000/callback\r\nX: y",
      })
  void redirectUri_notExactlyRegistered_getsAPageAndNoRedirect(String uri) {
    HttpResponse<String> answer = signIn.authorize("redirect_uri", uri);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Http.header(answer, "Location")).isEmpty();
    assertThat(Http.header(answer, "Content-Type")).startsWith("text/html");
    assertThat(answer.body()).contains("redirect_uri").doesNotContain("evil", "alert");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nobody", "APPOINTMENTS-SPA", "appointments-spa "})
  void clientId_notRegistered_getsAPageAndNoRedirect(String client) {
    HttpResponse<String> answer = signIn.authorize("client_id", client);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Http.header(answer, "Location")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"client_id=appointments-spa", "redirect_uri=http://localhost:3000/callback"})
  void clientOrAddress_sentTwice_getsAPageAndNoRedirect(String again) {
    String query = Parameters.encode(SignIn.parameters());
    HttpResponse<String> answer = Http.get(signIn.base() + "authorize?" + query + "&" + again);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Http.header(answer, "Location")).isEmpty();
  }

  @Test
  void query_tooLong_getsAPageAndNoRedirect() {
    HttpResponse<String> tooLong = signIn.authorize("state", "s".repeat(9000));
    assertThat(tooLong.statusCode()).isEqualTo(400);
    assertThat(Http.header(tooLong, "Location")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "response_type, '', invalid_request",
    "response_type, code, unsupported_response_type",
    "response_type, token token, unsupported_response_type",
    "response_type, none, unsupported_response_type",
    "audience, '', invalid_request",
    "audience, other:api, invalid_target",
    "audience, appointments:api/, invalid_target",
    "scope, '', invalid_scope",
    "scope, admin root, invalid_scope",
    "scope, Appointments, invalid_scope",
    "nonce, '', invalid_request",
    "response_mode, query, invalid_request",
    "prompt, none, login_required",
    "request, eyJ, request_not_supported",
    "request_uri, https://evil.example/r, request_uri_not_supported",
  })
  void otherErrors_travelInTheHashWithTheState(String name, String value, String error) {
    Parameters answer = fragment(signIn.authorize(name, value));
    assertThat(answer.single("error")).contains(error);
    assertThat(answer.single("error_description")).isPresent();
    assertThat(answer.single("state")).contains("state-1");
    assertThat(answer.single("access_token")).isEmpty();
  }

  @Test
  void parameter_sentTwice_isRefusedInTheHash() {
    String query = Parameters.encode(SignIn.parameters()) + "&scope=contacts";
    Parameters answer = fragment(Http.get(signIn.base() + "authorize?" + query));
    assertThat(answer.single("error")).contains("invalid_request");
  }

  @Test
  void error_withoutAState_bringsNoState() {
    Parameters answer = fragment(signIn.authorize("state", "", "audience", ""));
    assertThat(answer.single("error")).contains("invalid_request");
    assertThat(answer.single("state")).isEmpty();
  }

  @Test
  void state_withEveryKindOfCharacter_comesBackUnchanged() {
    String state = "a b&c=d#e%20\"'<script>é\u20ac/?+";
    assertThat(signIn.signIn("alice", "state", state).single("state")).contains(state);
    assertThat(fragment(signIn.authorize("state", state, "nonce", "")).single("state"))
        .contains(state);
  }

  @Test
  void post_toAuthorize_is405() {
    HttpResponse<String> answer = Http.send("POST", signIn.base() + "authorize", "x=1");
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(Http.header(answer, "Allow")).isEqualTo("GET, HEAD");
  }

  @Test
  void metadata_namesTheEndpointsThatAnswer() {
    HttpResponse<String> answer = Http.get(signIn.base() + ".well-known/openid-configuration");
    assertThat(Http.header(answer, "Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(Http.json(answer))
        .containsEntry("issuer", signIn.base())
        .containsEntry("authorization_endpoint", signIn.base() + "authorize")
        .containsEntry("jwks_uri", signIn.base() + ".well-known/jwks.json")
        .containsEntry(
            "response_types_supported", java.util.List.of("token", "id_token", "id_token token"));
    assertThat(Http.get((String) Http.member(answer, "jwks_uri")).statusCode()).isEqualTo(200);
  }
}
