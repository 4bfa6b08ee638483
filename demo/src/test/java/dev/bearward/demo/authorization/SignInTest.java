package dev.bearward.demo.authorization;

import static dev.bearward.demo.authorization.SignIn.fragment;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.bearward.demo.web.Http;
import dev.bearward.demo.web.Parameters;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sign-in page, what it is safe against, and what comes back in the hash. */
final class SignInTest {
  private static final String ALL =
      "openid profile email appointments contacts read:appointments write:appointments";

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
  void idTokenToken_bringsBothTokensAndSaysWhatWasGranted() throws Exception {
    Parameters answer = signIn.signIn("alice", "scope", ALL);
    assertThat(answer.single("token_type")).contains("Bearer");
    assertThat(answer.single("expires_in")).contains("3600");
    assertThat(answer.single("scope")).contains(ALL);
    assertThat(answer.single("state")).contains("state-1");

    SignedJWT access = verified(answer.single("access_token").orElseThrow());
    assertThat(access.getHeader().getType().toString()).isEqualTo("at+jwt");
    assertThat(access.getHeader().getAlgorithm().getName()).isEqualTo("RS256");
    JWTClaimsSet claims = access.getJWTClaimsSet();
    assertThat(claims.getIssuer()).isEqualTo(signIn.base());
    assertThat(claims.getSubject()).isEqualTo("alice");
    assertThat(claims.getAudience()).containsExactly("appointments:api");
    assertThat(claims.getStringClaim("client_id")).isEqualTo("appointments-spa");
    assertThat(claims.getStringClaim("azp")).isEqualTo("appointments-spa");
    assertThat(claims.getIssueTime().toInstant()).isEqualTo(signIn.clock.instant());
    assertThat(claims.getExpirationTime().toInstant())
        .isEqualTo(signIn.clock.instant().plus(Duration.ofHours(1)));
    assertThat(claims.getJWTID()).isNotBlank();
    assertThat(claims.getStringClaim("scope")).isEqualTo(ALL);
    assertThat(claims.getClaim("https://bearward.dev/claims/name")).isEqualTo("Alice Ferreira");
    assertThat(claims.getClaim("https://bearward.dev/claims/email")).isEqualTo("alice@example.com");
    assertThat(claims.getClaim("https://bearward.dev/claims/roles")).isEqualTo(List.of("editor"));
    assertThat(claims.getClaims()).doesNotContainKeys("nonce", "at_hash", "name", "email");
  }

  @Test
  void idToken_isForTheClientAndTiedToNonceAndAccessToken() throws Exception {
    Parameters answer = signIn.signIn("alice", "scope", ALL);
    SignedJWT idToken = verified(answer.single("id_token").orElseThrow());
    assertThat(idToken.getHeader().getType().toString()).isEqualTo("JWT");
    JWTClaimsSet claims = idToken.getJWTClaimsSet();
    assertThat(claims.getAudience()).containsExactly("appointments-spa");
    assertThat(claims.getSubject()).isEqualTo("alice");
    assertThat(claims.getStringClaim("nonce")).isEqualTo("nonce-1");
    assertThat(claims.getStringClaim("name")).isEqualTo("Alice Ferreira");
    byte[] hash =
        MessageDigest.getInstance("SHA-256")
            .digest(
                answer.single("access_token").orElseThrow().getBytes(StandardCharsets.US_ASCII));
    assertThat(claims.getStringClaim("at_hash"))
        .isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 16)));
  }

  @Test
  void token_alone_bringsNoIdTokenAndNeedsNoNonce() {
    Parameters answer = signIn.signIn("alice", "response_type", "token", "nonce", "");
    assertThat(answer.single("access_token")).isPresent();
    assertThat(answer.single("id_token")).isEmpty();
  }

  @Test
  void idToken_alone_bringsNoAccessTokenAndNeedsNoAudience() throws Exception {
    Parameters answer =
        signIn.signIn("alice", "response_type", "id_token", "scope", "openid", "audience", "");
    assertThat(answer.single("access_token")).isEmpty();
    assertThat(answer.single("token_type")).isEmpty();
    JWTClaimsSet claims = verified(answer.single("id_token").orElseThrow()).getJWTClaimsSet();
    assertThat(claims.getClaims()).doesNotContainKeys("at_hash", "name", "email");
  }

  @Test
  void responseType_inTheOtherOrder_isTheSame() {
    Parameters answer = signIn.signIn("alice", "response_type", "token id_token");
    assertThat(answer.single("access_token")).isPresent();
    assertThat(answer.single("id_token")).isPresent();
  }

  @Test
  void profileClaims_withoutTheirScopes_areLeftOut() throws Exception {
    Parameters answer = signIn.signIn("alice");
    assertThat(verified(answer.single("access_token").orElseThrow()).getJWTClaimsSet().getClaims())
        .doesNotContainKeys(
            "https://bearward.dev/claims/name",
            "https://bearward.dev/claims/email",
            "https://bearward.dev/claims/roles");
  }

  @Test
  void readOnlyUser_isGrantedEverythingButWriting() throws Exception {
    Parameters answer = signIn.signIn("bob", "scope", ALL);
    String granted = ALL.replace(" write:appointments", "");
    assertThat(answer.single("scope")).contains(granted);
    JWTClaimsSet claims = verified(answer.single("access_token").orElseThrow()).getJWTClaimsSet();
    assertThat(claims.getSubject()).isEqualTo("bob");
    assertThat(claims.getStringClaim("scope")).isEqualTo(granted);
  }

  @Test
  void readOnlyUser_askedOnlyToWrite_isDenied() {
    Parameters answer = signIn.signIn("bob", "scope", "write:appointments");
    assertThat(answer.single("error")).contains("access_denied");
    assertThat(answer.single("access_token")).isEmpty();
  }

  @Test
  void unknownScopes_areLeftOutOfTheGrant() {
    assertThat(signIn.signIn("alice", "scope", "contacts admin").single("scope"))
        .contains("contacts");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cancel", "mallory", "alice bob", ""})
  void anyOtherChoice_isAccessDenied(String choice) {
    Parameters answer = signIn.signIn(choice);
    assertThat(answer.single("error")).contains("access_denied");
    assertThat(answer.single("state")).contains("state-1");
  }

  @Test
  void page_hasAStrictPolicyAndIsNeverStored() {
    HttpResponse<String> page = signIn.authorize();
    assertThat(Http.header(page, "Content-Security-Policy"))
        .contains("default-src 'none'", "frame-ancestors 'none'")
        .contains("form-action 'self' http://localhost:3000")
        .doesNotContain("unsafe");
    assertThat(Http.header(page, "Cache-Control")).isEqualTo("no-store");
    assertThat(Http.header(page, "X-Frame-Options")).isEqualTo("DENY");
    assertThat(Http.header(page, "Set-Cookie")).contains("HttpOnly", "SameSite=Strict");
    assertThat(page.body()).doesNotContain("<script", "style=", "//");
  }

  @ParameterizedTest
  @ValueSource(strings = {"client_id", "redirect_uri", "scope", "state", "nonce", "response_type"})
  void markupInAParameter_neverReachesAPage(String name) {
    HttpResponse<String> answer = signIn.authorize(name, "\"><script>alert(1)</script>");
    assertThat(answer.body()).doesNotContain("<script", "alert(1)");
  }

  @Test
  void answer_isNeverStoredAndSendsNoReferrer() {
    HttpResponse<String> answer = signIn.choose(signIn.authorize(), "alice");
    assertThat(Http.header(answer, "Cache-Control")).isEqualTo("no-store");
    assertThat(Http.header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void form_fromAnotherSite_isRefused() {
    HttpResponse<String> page = signIn.authorize();
    String transaction = SignIn.transaction(page);
    for (String origin : List.of("https://evil.example", "null", "http://localhost:3000")) {
      HttpResponse<String> answer = signIn.post(transaction, SignIn.cookie(page), origin, "alice");
      assertThat(answer.statusCode()).as(origin).isEqualTo(403);
      assertThat(Http.header(answer, "Location")).isEmpty();
    }
  }

  @Test
  void form_fromAnotherBrowser_isRefusedAndStaysUsableInItsOwn() {
    HttpResponse<String> page = signIn.authorize();
    HttpResponse<String> stranger = signIn.authorize();
    String transaction = SignIn.transaction(page);
    HttpResponse<String> answer =
        signIn.post(transaction, SignIn.cookie(stranger), signIn.origin(), "alice");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Http.header(answer, "Location")).isEmpty();
    assertThat(fragment(signIn.choose(page, "alice")).single("access_token")).isPresent();
  }

  @Test
  void form_sentTwice_worksOnce() {
    HttpResponse<String> page = signIn.authorize();
    assertThat(signIn.choose(page, "alice").statusCode()).isEqualTo(303);
    assertThat(signIn.choose(page, "alice").statusCode()).isEqualTo(400);
  }

  @Test
  void form_olderThanTenMinutes_isOver() {
    HttpResponse<String> page = signIn.authorize();
    signIn.clock.advance(PendingSignIns.LIFETIME);
    assertThat(signIn.choose(page, "alice").statusCode()).isEqualTo(400);
  }

  @Test
  void twoTabsOfOneBrowser_keepTheirCookie() {
    HttpResponse<String> first = signIn.authorize();
    HttpResponse<String> second =
        Http.get(
            signIn.base() + "authorize?" + Parameters.encode(SignIn.parameters()),
            "Cookie",
            SignIn.cookie(first));
    assertThat(SignIn.cookie(second)).isEqualTo(SignIn.cookie(first));
    assertThat(signIn.choose(first, "alice").statusCode()).isEqualTo(303);
    assertThat(signIn.choose(second, "bob").statusCode()).isEqualTo(303);
  }

  private SignedJWT verified(String token) throws Exception {
    SignedJWT jwt = SignedJWT.parse(token);
    JWKSet keys = JWKSet.parse(Http.get(signIn.base() + ".well-known/jwks.json").body());
    RSASSAVerifier verifier =
        new RSASSAVerifier(keys.getKeyByKeyId(jwt.getHeader().getKeyID()).toRSAKey());
    assertThat(jwt.verify(verifier)).isTrue();
    return jwt;
  }
}
