package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.bearward.testing.Conversation;
import dev.bearward.testing.MarkdownVectors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The request blocks of llhttp's own tests, each sent as raw bytes: refused, or what the upstream
 * receives is well-formed and means the same; never a request that the block does not hold. The
 * upstream tells the blocks apart by the client's address, which is another one for each.
 */
@Tag("vectors")
class RequestVectorsTest {
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final Pattern REQUEST_LINE =
      Pattern.compile("(?m)^([!-~]+) ([!-~]+) HTTP/1\\.[01](?=\r\n)");
  private static final Pattern OURS =
      Pattern.compile(
          "(?i)(host|via|forwarded|x-forwarded-[a-z]+|x-real-ip|x-request-id|content-length"
              + "|transfer-encoding|connection):.*");

  /** One block as it is sent, from an address of its own. */
  private record Sent(String name, String text, InetAddress from) {}

  private static Path folder() {
    String folder = System.getProperty("bearward.vectors", "");
    assumeFalse(folder.isEmpty(), "bearward.vectors is not set: vectors are not checked");
    return Path.of(folder, "llhttp", "test");
  }

  @Test
  @DisplayName("rules 95-106, 182: every block is refused or arrives with the same meaning")
  void blocks_areRefusedOrMeanTheSame() throws IOException {
    var texts = new ArrayList<Sent>();
    try (Stream<Path> files = Files.list(folder().resolve("request"))) {
      for (Path file : files.sorted().toList()) {
        for (MarkdownVectors.Block block : MarkdownVectors.read(file)) {
          add(texts, block.toString(), block.text());
          add(texts, block + " with Host", withHost(block.text()));
        }
      }
    }
    assertThat(texts.size()).isGreaterThan(300);
    assertThat(run(texts)).isGreaterThan(60);
  }

  @Test
  @DisplayName("rules 110, 123, 125: every URL is refused or arrives as one path")
  void urls_areRefusedOrMeanTheSame() throws IOException {
    var texts = new ArrayList<Sent>();
    Matcher urls =
        Pattern.compile("```url\n(.*)\n```").matcher(Files.readString(folder().resolve("url.md")));
    while (urls.find()) {
      String text = "GET " + urls.group(1) + " HTTP/1.1\r\nHost: h\r\n\r\n";
      add(texts, urls.group(1), text);
      add(texts, urls.group(1), text.replace("GET", "CONNECT"));
    }
    assertThat(texts.size()).isGreaterThan(30);
    assertThat(run(texts)).isGreaterThan(5);
  }

  private static void add(List<Sent> texts, String name, String text) throws IOException {
    int n = texts.size();
    byte[] address = {127, 1, (byte) (n / 200), (byte) (n % 200 + 1)};
    texts.add(new Sent(name, text, InetAddress.getByAddress(address)));
  }

  private static String withHost(String text) {
    return text.toLowerCase(Locale.ROOT).contains("\r\nhost:")
        ? text
        : REQUEST_LINE.matcher(text).replaceAll("$0\r\nHost: h");
  }

  /** Sends all; the number of requests that arrived. */
  private static int run(List<Sent> texts) {
    var timeouts = new ServerSettings.Timeouts(SHORT, SHORT, SHORT, SHORT, Duration.ofSeconds(10));
    try (var upstream = new StrictUpstream();
        var gateway = Proxied.before(upstream.port(), Gates.open(), timeouts)) {
      var clients =
          texts.stream()
              .map(text -> Thread.ofVirtual().start(() -> send(text, gateway.server().port())))
              .toList();
      for (Thread client : clients) {
        join(client);
      }
      for (Sent text : texts) {
        check(text, upstream.requests);
      }
      return upstream.requests.size();
    }
  }

  /** Sends all bytes and waits until the gateway has closed. */
  private static void send(Sent text, int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port, text.from(), 0)) {
      var wire = new Conversation(socket);
      wire.send(text.text());
      wire.readToEnd();
    } catch (IOException e) {
      // A reset ends a connection as well.
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void check(Sent sent, List<StrictUpstream.Request> all) {
    String from = sent.from().getHostAddress();
    Matcher line = REQUEST_LINE.matcher(sent.text());
    for (StrictUpstream.Request request : all) {
      if (request.all("x-forwarded-for").equals(List.of(from))) {
        assertThat(line.find()).as("%s: %s", sent.name(), request).isTrue();
        sameMeaning(sent, line, request);
      }
    }
  }

  private static void sameMeaning(Sent sent, Matcher line, StrictUpstream.Request request) {
    String target = line.group(2).replaceFirst("^(?i)https?://[^/?]*/?", "/");
    assertThat(request.requestLine())
        .as(sent.name())
        .isEqualTo(line.group(1) + " " + target + " HTTP/1.1");
    String rest = sent.text().substring(line.end());
    int headEnd = rest.indexOf("\r\n\r\n");
    List<String> lines =
        Stream.of(rest.substring(0, headEnd).split("\r\n", -1))
            .map(field -> field.replaceFirst(":[ \t]*", ":").strip())
            .toList();
    for (String field : request.fields()) {
      if (!OURS.matcher(field).matches()) {
        assertThat(lines).as(sent.name()).contains(field.replaceFirst(":[ \t]*", ":"));
      }
    }
    if (request.all("transfer-encoding").isEmpty()) {
      assertThat(rest.substring(headEnd + 4)).as(sent.name()).startsWith(request.body());
      int declared = lengthIn(lines);
      assertThat(request.body()).as(sent.name()).hasSize(declared);
    } else {
      assertThat(dechunked(rest.substring(headEnd + 4))).as(sent.name()).isEqualTo(request.body());
    }
  }

  private static int lengthIn(List<String> lines) {
    return lines.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
        .map(line -> Integer.parseInt(line.substring(15)))
        .findFirst()
        .orElse(0);
  }

  private static String dechunked(String text) {
    var body = new StringBuilder();
    int at = 0;
    while (true) {
      int end = text.indexOf("\r\n", at);
      int size = Integer.parseInt(text.substring(at, end).replaceFirst("[ \t]*;.*", ""), 16);
      if (size == 0) {
        return body.toString();
      }
      body.append(text, end + 2, end + 2 + size);
      at = end + 2 + size + 2;
    }
  }
}
