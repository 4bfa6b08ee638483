package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.TestIdentity;
import dev.bearward.tls.CertificateFiles;
import dev.bearward.tls.ServerTls;
import dev.bearward.tls.ServerTlsSettings;
import dev.bearward.tls.ServerTlsSettings.ClientAuthentication;
import dev.bearward.tls.TlsProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** HTTP/2 inside TLS, with the JDK's own client among others. */
class Http2TlsTest {
  private static final TestIdentity AUTHORITY = TestIdentity.authority("authority");
  private static final TestIdentity SERVER = AUTHORITY.issue("server", "127.0.0.1", "a.example");
  private static final TestIdentity OTHER = AUTHORITY.issue("other", "b.example");

  @TempDir private Path folder;
  private final RecordingTls listener = new RecordingTls();

  private ServerTls tls(TlsProvider provider) throws IOException {
    SERVER.into(folder, "server");
    OTHER.into(folder, "other");
    var settings =
        new ServerTlsSettings(
            List.of(files("server"), files("other")), true, ClientAuthentication.DISABLED, null);
    return ServerTls.open(settings, provider, List.of("h2", "http/1.1"), listener);
  }

  private CertificateFiles files(String name) {
    return new CertificateFiles(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
  }

  private static RawHttp2 client(TestServer server) throws IOException {
    var socket =
        (SSLSocket)
            TestIdentity.trusting(AUTHORITY)
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(10_000);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
    var client = new RawHttp2(socket);
    client.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    client.frame(RawHttp2.SETTINGS, 0, 0);
    return client;
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("rule 146: ALPN chooses HTTP/2; a host that the certificate is not for is 421")
  void alpn_choosesHttp2(TlsProvider provider) throws Exception {
    var upstream = RecordingForwarder.ok();
    try (ServerTls tls = tls(provider);
        var server = TestServer.tls(tls, Gates.open(), upstream, TestServer.TIMEOUTS);
        var client = client(server)) {
      client.headers(
          1, true, ":method", "GET", ":scheme", "https", ":path", "/", ":authority", "a.example");
      assertThat(client.response(1).status()).isEqualTo(200);
      assertThat(upstream.exchange(0).head.peer().tls()).isTrue();
      client.headers(
          3, true, ":method", "GET", ":scheme", "https", ":path", "/", ":authority", "b.example");
      RawHttp2.Response refused = client.response(3);
      assertThat(refused.status()).isEqualTo(421);
      assertThat(refused.reason()).isEqualTo("misdirected");
      assertThat(server.listener().opened).hasValue(1);
    }
  }

  @Test
  @DisplayName(
      "the JDK's client: many requests at once, bodies both ways, refusals of unfinished requests")
  void jdkClient_isServed() throws Exception {
    var upstream =
        RecordingForwarder.whenComplete(e -> e.answer(200, Long.toString(e.bytes.get())));
    try (ServerTls tls = tls(TlsProvider.best());
        var server =
            TestServer.tls(
                tls,
                head ->
                    head.path().value().equals("/no")
                        ? Gates.closed(Reason.NO_TOKEN).decide(head)
                        : Gates.permit(head),
                upstream,
                TestServer.TIMEOUTS);
        var client =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(TestIdentity.trusting(AUTHORITY))
                .build()) {
      var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
      for (int i = 0; i < 60; i++) {
        var request =
            HttpRequest.newBuilder(uri(server, "/" + i))
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[i * 1000]))
                .build();
        answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
      }
      for (int i = 0; i < 60; i++) {
        HttpResponse<String> response = answers.get(i).join();
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.body()).isEqualTo(Integer.toString(i * 1000));
      }
      for (int i = 0; i < 5; i++) {
        var refused =
            HttpRequest.newBuilder(uri(server, "/no"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[2_000_000]))
                .build();
        assertThat(client.send(refused, HttpResponse.BodyHandlers.ofString()).statusCode())
            .isEqualTo(401);
      }
    }
  }

  private static URI uri(TestServer server, String path) {
    return URI.create("https://127.0.0.1:" + server.port() + path);
  }
}
