package dev.bearward.jwks;

import static dev.bearward.testing.ScriptedServer.answer;
import static dev.bearward.testing.ScriptedServer.json;
import static dev.bearward.testing.ScriptedServer.redirect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.TestKey;
import dev.bearward.token.KeySource.Unavailable;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DiscoveryTest {
  private static final String OIDC = "/.well-known/openid-configuration";
  private static final String RFC8414 = "/.well-known/oauth-authorization-server";
  private static final TestKey ONE = Rig.key("one");

  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example,      https://a.example/.well-known/openid-configuration",
    "https://a.example/,     https://a.example/.well-known/openid-configuration",
    "https://a.example/t/x,  https://a.example/t/x/.well-known/openid-configuration",
    "https://a.example/t/x/, https://a.example/t/x/.well-known/openid-configuration",
  })
  void wellKnown_openIdConfiguration(String issuer, URI place) {
    assertThat(WellKnown.openIdConfiguration(issuer)).isEqualTo(place);
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example,         https://a.example/.well-known/oauth-authorization-server",
    "https://a.example/,        https://a.example/.well-known/oauth-authorization-server",
    "https://a.example:8443/t/, https://a.example:8443/.well-known/oauth-authorization-server/t",
    "https://a.example/t/x,     https://a.example/.well-known/oauth-authorization-server/t/x",
  })
  void wellKnown_authorizationServer(String issuer, URI place) {
    assertThat(WellKnown.authorizationServer(issuer)).isEqualTo(place);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/tenant", "/tenant/"})
  void discover_openIdConnect_bringsTheKeys(String path) {
    String base = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    rig.server.on(base + OIDC, metadata(issuer(path), "/jwks"));
    rig.publish(ONE).start(discovered(issuer(path)));

    assertThat(rig.found("one").keyId()).isEqualTo("one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/tenant", "/tenant/"})
  @DisplayName("RFC 8414 is asked where OpenID Connect Discovery has nothing")
  void discover_authorizationServerMetadata_bringsTheKeys(String path) {
    String base = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    rig.server.on(RFC8414 + base, metadata(issuer(path), "/jwks"));
    rig.publish(ONE).start(discovered(issuer(path)));

    assertThat(rig.found("one").keyId()).isEqualTo("one");
    assertThat(rig.server.hits(base + OIDC)).isEqualTo(1);
  }

  @Test
  @DisplayName("a web application's catch-all page is no metadata, so RFC 8414 is asked")
  void discover_htmlAtTheFirstPlace_asksTheSecond() {
    rig.server
        .on(OIDC, answer(200, "text/html", "<html></html>"))
        .on(RFC8414, metadata(issuer(""), "/jwks"));
    rig.publish(ONE).start(discovered(issuer("")));

    assertThat(rig.found("one").keyId()).isEqualTo("one");
  }

  @Test
  void discover_nothingAnywhere_namesBothPlaces() {
    rig.start(discovered(issuer("")));

    assertThat(rig.find("one")).isInstanceOf(Unavailable.class);
    assertThat(rig.view("a").lastError())
        .contains(rig.uri(OIDC) + ": status 404", rig.uri(RFC8414) + ": status 404");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1/", "HTTP://other", "", "https://evil.example"})
  @DisplayName("rule 19: metadata of another issuer is refused, also by a slash")
  void discover_otherIssuer_refused(String stranger) {
    String other = stranger.equals("http://127.0.0.1/") ? issuer("/") : stranger;
    rig.server.on(OIDC, metadata(other, "/jwks")).on(RFC8414, metadata(issuer(""), "/jwks"));
    rig.publish(ONE).start(discovered(issuer("")));

    assertThat(rig.find("one")).isInstanceOf(Unavailable.class);
    assertThat(rig.view("a").lastError())
        .isEqualTo(rig.uri(OIDC) + ": another issuer (expected: issuer " + issuer("") + ")");
    assertThat(rig.fetches()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'issuer':'ISSUER'}                                            | no jwks_uri",
        "{'issuer':'ISSUER','jwks_uri':7}                               | no jwks_uri",
        "{'issuer':'ISSUER','jwks_uri':'http://x y'}                    | jwks_uri is not valid",
        "{'issuer':'ISSUER','jwks_uri':'/jwks'}                         | no absolute http URL",
        "{'issuer':'ISSUER','jwks_uri':'http://issuer.example/jwks'}    | plain http beyond",
        "{'issuer':'ISSUER','jwks_uri':'file:///etc/passwd'}            | no absolute http URL",
        "{'issuer':'ISSUER','issuer':'ISSUER','jwks_uri':'JWKS'}        | no JSON object",
        "{'issuer':['ISSUER'],'jwks_uri':'JWKS'}                        | another issuer",
        "[]                                                             | no JSON object",
        "ISSUER                                                         | no JSON object",
      })
  void discover_unusableMetadata_refused(String document, String error) {
    String text =
        document
            .replace('\'', '"')
            .replace("ISSUER", issuer(""))
            .replace("JWKS", rig.uri("/jwks").toString());
    rig.server.on(OIDC, json(text));
    rig.publish(ONE).start(discovered(issuer("")));

    assertThat(rig.view("a").lastError()).contains(error);
    assertThat(rig.find("one")).isInstanceOf(Unavailable.class);
  }

  @Test
  @DisplayName("rule 53: redirects of the metadata are bounded too")
  void discover_redirectLoop_fails() {
    rig.server.on(OIDC, redirect(302, OIDC));
    rig.start(discovered(issuer("")));

    assertThat(rig.view("a").lastError()).contains("at most 3");
  }

  @Test
  void refresh_metadataIsKeptForAnHour() {
    rig.server.on(OIDC, metadata(issuer(""), "/jwks"));
    rig.publish(ONE).start(discovered(issuer("")));
    rig.pass(Duration.ofMinutes(50), Rig.EVERY);

    assertThat(rig.fetches()).isEqualTo(6);
    assertThat(rig.server.hits(OIDC)).isEqualTo(1);

    rig.pass(Duration.ofMinutes(20), Rig.EVERY);
    assertThat(rig.server.hits(OIDC)).isEqualTo(2);
  }

  @Test
  @DisplayName("metadata is read again when its key set cannot be had")
  void refresh_keySetMoved_metadataReadAgain() {
    rig.server.on(OIDC, metadata(issuer(""), "/jwks"));
    rig.publish(ONE).start(discovered(issuer("")));
    TestKey two = Rig.key("two");
    rig.server
        .on("/jwks", answer(404, null, ""))
        .on("/moved", json(Rig.jwks(two)))
        .on(OIDC, metadata(issuer(""), "/moved"));

    rig.passToNextFetch();
    assertThat(rig.view("a").lastError()).contains("status 404");
    rig.passToNextFetch();

    assertThat(rig.found("two").keyId()).isEqualTo("two");
  }

  @Test
  @DisplayName("rule 55: metadata that cannot be read again does not cost keys that can")
  void refresh_metadataGone_keySetStillRead() {
    rig.server.on(OIDC, metadata(issuer(""), "/jwks"));
    rig.publish(ONE).start(discovered(issuer("")));
    rig.server.on(OIDC, answer(500, null, ""));
    rig.pass(Duration.ofMinutes(100), Rig.EVERY);

    assertThat(rig.view("a").lastError()).isNull();
    assertThat(rig.fetches()).isEqualTo(11);
  }

  private String issuer(String path) {
    return "http://127.0.0.1:" + rig.server.port() + path;
  }

  private dev.bearward.testing.ScriptedServer.Script metadata(String issuer, String keys) {
    return json("{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + rig.uri(keys) + "\"}");
  }

  private static KeySetSettings discovered(String issuer) {
    return new KeySetSettings(
        "a", issuer, new KeySetSettings.Discovery(), false, Rig.refresh(null), Rig.DIRECT);
  }
}
