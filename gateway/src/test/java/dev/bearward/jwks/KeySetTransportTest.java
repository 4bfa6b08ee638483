package dev.bearward.jwks;

import static dev.bearward.testing.ScriptedServer.json;
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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
