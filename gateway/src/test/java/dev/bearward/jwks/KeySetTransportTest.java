package dev.bearward.jwks;

import static dev.bearward.testing.ScriptedServer.json;
import static dev.bearward.testing.ScriptedServer.redirect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.outbound.OutboundSettings;
import dev.bearward.testing.ScriptedProxy;
import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.TestCertificate;
import dev.bearward.testing.TestKey;
import dev.bearward.token.KeySource.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Discovery through a corporate network: own certificate authority and HTTP proxy. */
@Timeout(60)
class KeySetTransportTest {
  private static final TestKey ONE = Rig.key("one");

  @TempDir private Path folder = Path.of("");

  @Test
  @DisplayName("rule 53: the issuer's own CA and proxy are used, and only for that issuer")
  void discover_throughProxyWithOwnAuthority() throws IOException, GeneralSecurityException {
    TestCertificate certificate = TestCertificate.in(folder);
    Path ca = Files.writeString(folder.resolve("ca.pem"), certificate.pem());
    try (var rig = new Rig();
        ScriptedServer issuer = ScriptedServer.startTls(certificate.server());
        ScriptedProxy proxy = ScriptedProxy.start()) {
      String name = issuer.uri("").toString();
      issuer
          .on(
              "/.well-known/openid-configuration",
              json("{\"issuer\":\"" + name + "\",\"jwks_uri\":\"" + issuer.uri("/jwks") + "\"}"))
          .on("/jwks", json(Rig.jwks(ONE)));

      rig.start(
          settings("a", name, new OutboundSettings(ca, proxy.uri())),
          settings("b", name, Rig.DIRECT));

      assertThat(rig.found("one").keyId()).isEqualTo("one");
      assertThat(proxy.requestLines())
          .isNotEmpty()
          .allMatch(("CONNECT 127.0.0.1:" + issuer.port() + " HTTP/1.1")::equals);
      assertThat(rig.find("b", "one")).isInstanceOf(Unavailable.class);
      assertThat(rig.view("b").lastError()).contains("TLS failed");
    }
  }

  @Test
  @DisplayName(
      "Kubernetes: the gateway's own token goes to issuer and key set, read anew each time")
  void fetch_withTokenFile_showsIt() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "first.token-1\n");
    try (var rig = new Rig();
        var elsewhere = ScriptedServer.start()) {
      String name = rig.server.uri("").toString();
      List<String> seen = new CopyOnWriteArrayList<>();
      rig.server
          .on("/.well-known/openid-configuration", noting(seen, json(metadata(name, elsewhere))))
          .on("/jwks", noting(seen, json(Rig.jwks(ONE))));
      elsewhere.on("/jwks", noting(seen, json(Rig.jwks(ONE))));

      rig.start(
          withToken("a", name, new KeySetSettings.Discovery(), file),
          withToken("b", name, new KeySetSettings.Url(rig.server.uri("/jwks")), file));

      assertThat(seen).hasSize(3).containsOnly("Bearer first.token-1");
      Files.writeString(file, "second");
      seen.clear();
      rig.passToNextFetch();
      assertThat(seen).isNotEmpty().containsOnly("Bearer second");
    }
  }

  @Test
  @DisplayName("rule 53: no redirect takes the gateway's own token to another origin")
  void fetch_redirectedElsewhere_keepsTheToken() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "secret");
    try (var rig = new Rig();
        var elsewhere = ScriptedServer.start()) {
      List<String> seen = new CopyOnWriteArrayList<>();
      rig.server
          .on("/jwks", redirect(302, "/moved"))
          .on("/moved", noting(seen, redirect(307, elsewhere.uri("/jwks").toString())));
      elsewhere.on("/jwks", noting(seen, json(Rig.jwks(ONE))));

      rig.start(withToken("a", "https://a", new KeySetSettings.Url(rig.server.uri("/jwks")), file));

      assertThat(rig.found("one").keyId()).isEqualTo("one");
      assertThat(seen).containsExactly("Bearer secret", "none");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "line\nbreak", "b\u00e4d"})
  @DisplayName("rule 186: a file without a token is an error that does not show what is there")
  void fetch_withoutATokenInTheFile_fails(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), content);
    try (var rig = new Rig()) {
      rig.publish(ONE)
          .start(
              withToken("a", "https://a", new KeySetSettings.Url(rig.server.uri("/jwks")), file));

      assertThat(rig.fetches()).isZero();
      assertThat(rig.view("a").lastError())
          .endsWith("token: (hidden) (expected: one Bearer token)");
      Files.delete(file);
      rig.passToNextFetch();
      assertThat(rig.view("a").lastError()).endsWith("(expected: a readable Bearer token)");
    }
  }

  private static String metadata(String issuer, ScriptedServer keys) {
    return "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}".formatted(issuer, keys.uri("/jwks"));
  }

  private static ScriptedServer.Script noting(List<String> seen, ScriptedServer.Script script) {
    return exchange -> {
      String field = exchange.getRequestHeaders().getFirst("Authorization");
      seen.add(field == null ? "none" : field);
      script.answer(exchange);
    };
  }

  private static KeySetSettings withToken(
      String name, String issuer, KeySetSettings.Location location, Path file) {
    return new KeySetSettings(name, issuer, location, false, Rig.refresh(null), Rig.DIRECT, file);
  }

  @Test
  void open_caThatCannotBeRead_refused() {
    try (var rig = new Rig()) {
      var settings =
          settings(
              "a", "https://a.example", new OutboundSettings(folder.resolve("none.pem"), null));

      assertThatThrownBy(() -> new KeySets(List.of(settings), rig.clients, rig.environment()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("none.pem");
    }
  }

  private static KeySetSettings settings(String name, String issuer, OutboundSettings http) {
    return new KeySetSettings(
        name, issuer, new KeySetSettings.Discovery(), false, Rig.refresh(null), http);
  }
}
