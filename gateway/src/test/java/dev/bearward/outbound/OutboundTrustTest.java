package dev.bearward.outbound;

import static dev.bearward.outbound.OutboundClientTest.failure;
import static dev.bearward.outbound.OutboundClientTest.response;
import static dev.bearward.outbound.OutboundClientTest.text;
import static dev.bearward.testing.ScriptedServer.json;
import static dev.bearward.testing.ScriptedServer.redirect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.ScriptedProxy;
import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.TestCertificate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Own certificate authority and HTTP proxy. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutboundTrustTest {
  private Path ca;
  private ScriptedServer server;
  private OutboundClients clients = new OutboundClients();

  @BeforeAll
  void serve(@TempDir Path folder) throws IOException, GeneralSecurityException {
    TestCertificate certificate = TestCertificate.in(folder);
    ca = Files.writeString(folder.resolve("ca.pem"), certificate.pem());
    server = ScriptedServer.startTls(certificate.server()).on("/doc", json("{}"));
  }

  @AfterEach
  void renew() {
    clients.close();
    clients = new OutboundClients();
  }

  @AfterAll
  void close() {
    server.close();
    clients.close();
  }

  @Test
  void get_certificateOfTheConfiguredAuthority_trusted() throws IOException {
    assertThat(text(response(get(server.uri("/doc"), new OutboundSettings(ca, null)))))
        .isEqualTo("{}");
  }

  @Test
  void get_certificateOfAStranger_refused() throws IOException {
    assertThat(failure(get(server.uri("/doc"), new OutboundSettings(null, null))))
        .startsWith(server.uri("/doc") + ": TLS failed: ");
  }

  @Test
  void get_certificateOfAnotherName_refused() throws IOException {
    URI otherName = URI.create("https://localhost:" + server.port() + "/doc");

    assertThat(failure(get(otherName, new OutboundSettings(ca, null)))).contains("TLS failed");
  }

  @Test
  @DisplayName("rule 53: https never redirects to http")
  void get_redirectFromHttpsToHttp_fails() throws IOException {
    server.on("/down", redirect(302, "http://127.0.0.1:1/doc"));

    assertThat(failure(get(server.uri("/down"), new OutboundSettings(ca, null))))
        .contains("(expected: scheme https)");
  }

  @Test
  void get_httpsThroughProxy_tunnels() throws IOException {
    try (ScriptedProxy proxy = ScriptedProxy.start()) {
      assertThat(text(response(get(server.uri("/doc"), new OutboundSettings(ca, proxy.uri())))))
          .isEqualTo("{}");
      assertThat(proxy.requestLines())
          .containsExactly("CONNECT 127.0.0.1:" + server.port() + " HTTP/1.1");
    }
  }

  @Test
  void get_httpThroughProxy_asksTheProxy() throws IOException {
    try (ScriptedServer plain = ScriptedServer.start().on("/doc", json("[]"));
        ScriptedProxy proxy = ScriptedProxy.start()) {
      assertThat(text(response(get(plain.uri("/doc"), new OutboundSettings(null, proxy.uri())))))
          .isEqualTo("[]");
      assertThat(proxy.requestLines()).containsExactly("GET " + plain.uri("/doc") + " HTTP/1.1");
    }
  }

  private CompletableFuture<Reply> get(URI uri, OutboundSettings settings) throws IOException {
    return clients
        .to(settings)
        .get(new Get(uri, "application/json", Duration.ofSeconds(20), 1000, false));
  }
}
