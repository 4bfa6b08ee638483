package dev.bearward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.bearward.testing.TestIssuer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies far larger than the gateway's memory go through it in both directions. */
class HugeBodyTest {
  private static final long GIBIBYTE = 1L << 30;
  private static final List<String> SMALL =
      List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m", "-XX:+UseSerialGC");

  @TempDir Path directory;

  @Test
  @DisplayName("rule 187: 1 GiB up and 1 GiB down through -Xmx64m, every byte counted")
  void bodies_ofOneGibibyte_streamThroughSmallHeap() throws Exception {
    HttpServer upstream = upstream();
    try {
      int port = GatewayProcess.freePort();
      Path file = configuration(port, upstream.getAddress().getPort());
      try (var gateway = GatewayProcess.start(directory, SMALL, "run", "-c", file.toString())) {
        gateway.awaitOutput("listening on", Duration.ofSeconds(30));
        assertThat(upload(port)).isEqualTo("HTTP/1.1 200 OK " + GIBIBYTE);
        assertThat(download(port)).isEqualTo(GIBIBYTE);
        assertThat(gateway.peakResidentBytes()).isLessThan(400L << 20);
        assertThat(gateway.output()).doesNotContain("OutOfMemory").doesNotContain("LEAK");
      }
    } finally {
      upstream.stop(0);
    }
  }

  private Path configuration(int port, int upstreamPort) throws IOException {
    return Files.writeString(
        directory.resolve("huge.yaml"),
        """
        server: {listen: "127.0.0.1:%d"}
        admin: {listen: disabled}
        issuers:
          - {issuer: "https://issuer.example/", audience: api, keys: {inline: '%s'}}
        upstreams: {bulk: "http://127.0.0.1:%d"}
        routes:
          - {path: "/**", upstream: bulk, public: true}
        """
            .formatted(port, TestIssuer.simple().jwks(), upstreamPort));
  }

  private static HttpServer upstream() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/up",
        exchange -> {
          byte[] answer = ("" + drain(exchange.getRequestBody())).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.createContext(
        "/down",
        exchange -> {
          exchange.sendResponseHeaders(200, GIBIBYTE);
          fill(exchange.getResponseBody());
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String upload(int port) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /up HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\nContent-Length: "
                  + GIBIBYTE
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      fill(out);
      out.flush();
      String answer =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      return answer.lines().findFirst().orElse("")
          + " "
          + answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }
  }

  private static long download(int port) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket
          .getOutputStream()
          .write(
              "GET /down HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      var in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      String head = head(in);
      assertThat(head)
          .startsWith("HTTP/1.1 200 ")
          .containsIgnoringCase("content-length: " + GIBIBYTE);
      return drain(in);
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int octet = in.read();
      if (octet < 0) {
        throw new IOException("end of stream after: " + head);
      }
      head.append((char) octet);
    }
    return head.toString();
  }

  private static long drain(InputStream in) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long total = 0;
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      total += read;
    }
    return total;
  }

  private static void fill(OutputStream out) throws IOException {
    byte[] block = new byte[1 << 16];
    for (long left = GIBIBYTE; left > 0; left -= block.length) {
      out.write(block);
    }
  }
}
