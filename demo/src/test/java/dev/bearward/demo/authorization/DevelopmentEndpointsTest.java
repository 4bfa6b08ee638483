package dev.bearward.demo.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.bearward.demo.web.Http;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens for curl, the key set and its rotation, and who is refused. */
final class DevelopmentEndpointsTest {
  private static final String JSON = "application/json";

  private SignIn signIn;

  @BeforeEach
  void start() throws IOException {
    signIn = new SignIn();
  }

  @AfterEach
  void stop() {
    signIn.close();
  }

  private HttpResponse<String> token(String body, String... headers) {
    String[] all = new String[headers.length + 2];
    System.arraycopy(headers, 0, all, 2, headers.length);
    all[0] = "Content-Type";
    all[1] = JSON;
    return Http.send("POST", signIn.base() + "dev/token", body, all);
  }

  private static SignedJWT accessToken(HttpResponse<String> response) throws ParseException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return SignedJWT.parse((String) Http.member(response, "access_token"));
  }

  @Test
  void token_forAUser_hasAllThatTheUserMay() throws Exception {
    HttpResponse<String> response = token("{\"user\":\"bob\"}");
    JWTClaimsSet claims = accessToken(response).getJWTClaimsSet();
    assertThat(claims.getSubject()).isEqualTo("bob");
    assertThat(claims.getStringClaim("scope")).contains("contacts").doesNotContain("write:");
    assertThat(Http.json(response))
        .containsEntry("token_type", "Bearer")
        .containsEntry("expires_in", 3600)
        .containsEntry("scope", claims.getStringClaim("scope"));
    assertThat(Http.header(response, "Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void token_withScopeAudienceAndLifetime_saysSo() throws Exception {
    JWTClaimsSet claims =
        accessToken(
                token(
                    "{\"user\":\"alice\",\"scope\":\"contacts nonsense\",\"audience\":\"other\","
                        + "\"expires_in\":60}"))
            .getJWTClaimsSet();
    assertThat(claims.getStringClaim("scope")).isEqualTo("contacts");
    assertThat(claims.getAudience()).containsExactly("other");
    assertThat(claims.getExpirationTime().toInstant())
        .isEqualTo(signIn.clock.instant().plusSeconds(60));
  }

  @Test
  void token_withANegativeLifetime_hasExpiredAndWasIssuedBefore() throws Exception {
    JWTClaimsSet claims =
        accessToken(token("{\"user\":\"alice\",\"expires_in\":-3600}")).getJWTClaimsSet();
    assertThat(claims.getExpirationTime().toInstant())
        .isEqualTo(signIn.clock.instant().minusSeconds(3600));
    assertThat(claims.getIssueTime()).isBefore(claims.getExpirationTime());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{}",
        "{\"user\":\"mallory\"}",
        "{\"user\":7}",
        "{\"user\":\"alice\",\"user\":\"bob\"}",
        "{\"user\":\"alice\",\"scopes\":\"x\"}",
        "{\"user\":\"alice\",\"scope\":[]}",
        "{\"user\":\"alice\",\"audience\":1}",
        "{\"user\":\"alice\",\"expires_in\":\"60\"}",
        "{\"user\":\"alice\",\"expires_in\":1.5}",
        "{\"user\":\"alice\",\"expires_in\":2592001}",
        "{\"user\":\"alice\",\"expires_in\":-2147483648}",
        "{\"user\":\"alice\",\"expires_in\":99999999999999999999}",
      })
  void token_withABrokenRequest_is400(String body) {
    assertThat(token(body).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.example", "null", "http://localhost:3001"})
  void foreignPage_getsNothingFromEitherEndpoint(String origin) {
    HttpResponse<String> minted = token("{\"user\":\"alice\"}", "Origin", origin);
    assertThat(minted.statusCode()).isEqualTo(403);
    assertThat(Http.header(minted, "Access-Control-Allow-Origin")).isEmpty();
    HttpResponse<String> preflight =
        Http.send("OPTIONS", signIn.base() + "dev/token", "", "Origin", origin);
    assertThat(preflight.statusCode()).isEqualTo(403);
    String before = keyIds().toString();
    assertThat(Http.send("POST", signIn.base() + "dev/rotate", "", "Origin", origin).statusCode())
        .isEqualTo(403);
    assertThat(keyIds()).hasToString(before);
  }

  @Test
  void crossSiteRequestWithoutOrigin_isRefused() {
    assertThat(token("{\"user\":\"alice\"}", "Sec-Fetch-Site", "cross-site").statusCode())
        .isEqualTo(403);
  }

  @Test
  void simpleFormContentType_isRefused() {
    HttpResponse<String> response =
        Http.send(
            "POST",
            signIn.base() + "dev/token",
            "{\"user\":\"alice\"}",
            "Content-Type",
            "text/plain");
    assertThat(response.statusCode()).isEqualTo(415);
  }

  @Test
  void foreignHostName_isDnsRebindingAndRefused() {
    String host = "evil.example:" + signIn.port();
    String request =
        "POST /dev/token HTTP/1.1\r\nHost: %s\r\n%sContent-Type: application/json\r\n"
            + "Content-Length: 16\r\n\r\n{\"user\":\"alice\"}";
    assertThat(Http.statusOfRaw(signIn.port(), request.formatted(host, ""))).isEqualTo(403);
    String origin = "Origin: http://" + host + "\r\n";
    assertThat(Http.statusOfRaw(signIn.port(), request.formatted(host, origin))).isEqualTo(403);
    String ours = "127.0.0.1:" + signIn.port();
    assertThat(Http.statusOfRaw(signIn.port(), request.formatted(ours, ""))).isEqualTo(200);
  }

  @Test
  void pageOfTheRegisteredClient_mayAskForAToken() {
    String origin = "http://localhost:3000";
    HttpResponse<String> preflight =
        Http.send("OPTIONS", signIn.base() + "dev/token", "", "Origin", origin);
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(Http.header(preflight, "Access-Control-Allow-Headers")).isEqualTo("Content-Type");
    HttpResponse<String> minted = token("{\"user\":\"alice\"}", "Origin", origin);
    assertThat(minted.statusCode()).isEqualTo(200);
    assertThat(Http.header(minted, "Access-Control-Allow-Origin")).isEqualTo(origin);
  }

  @Test
  void keySet_holdsOnePublicRsaKeyNamedByItsThumbprint() throws Exception {
    HttpResponse<String> response = Http.get(signIn.base() + ".well-known/jwks.json");
    assertThat(Http.header(response, "Content-Type")).isEqualTo("application/jwk-set+json");
    List<JWK> keys = JWKSet.parse(response.body()).getKeys();
    assertThat(keys).hasSize(1);
    RSAKey key = keys.getFirst().toRSAKey();
    assertThat(key.isPrivate()).isFalse();
    assertThat(key.size()).isEqualTo(2048);
    assertThat(key.getAlgorithm().getName()).isEqualTo("RS256");
    assertThat(key.getKeyID()).isEqualTo(key.computeThumbprint().toString());
  }

  @Test
  void rotation_signsWithTheNewKeyAndPublishesTheOldOneForTwoHours() throws Exception {
    String old = keyIds().getFirst();
    String next = rotate("");
    assertThat(next).isNotEqualTo(old);
    assertThat(keyIds()).containsExactly(next, old);
    assertThat(accessToken(token("{\"user\":\"alice\"}")).getHeader().getKeyID()).isEqualTo(next);

    signIn.clock.advance(Duration.ofHours(2).minusSeconds(1));
    assertThat(keyIds()).containsExactly(next, old);
    signIn.clock.advance(Duration.ofSeconds(1));
    assertThat(keyIds()).containsExactly(next);
  }

  @Test
  void rotation_withRetire_dropsEveryOlderKeyAtOnce() {
    rotate("");
    String last = rotate("?retire=true");
    assertThat(keyIds()).containsExactly(last);
  }

  @Test
  void rotation_withAnotherMethodOrOption_isRefused() {
    assertThat(Http.get(signIn.base() + "dev/rotate").statusCode()).isEqualTo(405);
    assertThat(Http.send("POST", signIn.base() + "dev/rotate?retire=yes", "").statusCode())
        .isEqualTo(400);
    assertThat(keyIds()).hasSize(1);
  }

  private String rotate(String query) {
    HttpResponse<String> response = Http.send("POST", signIn.base() + "dev/rotate" + query, "");
    assertThat(response.statusCode()).isEqualTo(200);
    return (String) Http.member(response, "kid");
  }

  private List<String> keyIds() {
    try {
      String set = Http.get(signIn.base() + ".well-known/jwks.json").body();
      return JWKSet.parse(set).getKeys().stream().map(JWK::getKeyID).toList();
    } catch (ParseException broken) {
      throw new AssertionError("the key set cannot be read", broken);
    }
  }
}
