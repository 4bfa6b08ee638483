package dev.bearward.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Conversation;
import dev.bearward.testing.RawUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Routes that allow a form of path which readers understand differently, over real sockets. */
class PathFormStoryTest {
  private static final String ROUTES =
      """
      routes:
        - {path: /files/**, upstream: app, public: true, encodedSlash: opaque}
        - {path: /files/admin/**, upstream: app, require: {}}
        - {path: "/projects/{id}", upstream: app, public: true, encodedSlash: opaque}
        - {path: "/projects/{id}/keys", upstream: app, require: {}, encodedSlash: opaque}
        - {path: /m/**, upstream: app, public: true, pathParameters: keep}
        - {path: /m/secret/**, upstream: app, require: {}}
        - {path: /e/**, upstream: app, public: true, emptySegments: keep}
        - {path: "/e/{id}/y", upstream: app, require: {}}
        - {path: /all/**, upstream: app, public: true, encodedSlash: opaque, emptySegments: keep, pathParameters: keep}
        - {path: "/all/{id}/lock", upstream: app, require: {}}
        - {path: /strict/**, upstream: app, public: true}
        - path: /old/**
          upstream: app
          public: true
          emptySegments: keep
          rewrite: {stripPrefix: /old}
        - {path: /post/**, methods: [POST], upstream: app, public: true, encodedSlash: opaque}
      """;

  /** Tells the client which target it got. */
  private static RawUpstream telling() {
    return RawUpstream.start(wire -> {
      for (String head = wire.readRequest(); head != null; head = wire.readRequest()) {
        String target = head.split(" ", 3)[1];
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + target.length() + "\r\n\r\n" + target);
      }
    });
  }

  /** Sends raw targets over connections that are kept as long as they last. */
  private static final class RawClient implements AutoCloseable {
    private final int port;
    private Conversation wire;

    RawClient(RunningGateway gateway) throws IOException {
      port = gateway.uri("/").getPort();
      wire = new Conversation(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** The target that the upstream got, or the status and the reason of the refusal. */
    String send(String target) throws IOException {
      wire.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
      String response = requireNonNull(wire.readRequest());
      if (response.contains("\r\nconnection: close\r\n")) {
        wire.close();
        wire = new Conversation(new Socket(InetAddress.getLoopbackAddress(), port));
      }
      String body = response.substring(response.indexOf("\r\n\r\n") + 4);
      int reason = body.indexOf("\"reason\":\"");
      return reason < 0
          ? body
          : response.substring(9, 13) + body.substring(reason + 10, body.indexOf('"', reason + 10));
    }

    @Override
    public void close() {
      wire.close();
    }
  }

  private static final String REFUSED = "400 ambiguous_path";

  @Test
  @DisplayName("rule 123: what a route allows is matched and forwarded in the very form")
  void path_inTheFormOfItsRoute_isForwardedAsItIs() throws Exception {
    try (var story = new Story(telling());
        var gateway = story.gateway(ROUTES);
        var client = new RawClient(gateway)) {
      for (String path :
          List.of(
              "/files/a%2Fb",
              "/files/%2F%2Fa",
              "/projects/group%2Fname?x=%2F",
              "/m/a;b=1/c;d",
              "/e//a///b//",
              "/all/a%2Fb;c//d",
              "/strict/a")) {
        assertThat(client.send(path)).isEqualTo(path);
      }
      assertThat(client.send("/files/a%2fb%41")).isEqualTo("/files/a%2FbA");
      assertThat(client.send("/projects/a%2Fb/keys")).isEqualTo("401 no_token");
    }
  }

  @Test
  @DisplayName("rules 123, 171: no other form, route or reading lets such a path through")
  void path_inAnotherForm_isAmbiguous() throws Exception {
    try (var story = new Story(telling());
        var gateway = story.gateway(ROUTES);
        var client = new RawClient(gateway)) {
      for (String path :
          List.of(
              "/strict/a%2Fb",
              "/strict//a",
              "/strict/a;b",
              "/nowhere/a%2Fb",
              "/files//a",
              "/files/a;b",
              "/files/a%5Cb",
              "/m/a%2Fb",
              "/m/a%3Bb",
              "/e/a%2Fb",
              // Read otherwise they are another route's.
              "/files/admin%2Fx",
              "/files%2Fadmin/x",
              "/files/admin%2F",
              "/projects/7%2Fkeys",
              "/m/secret;a/b",
              "/m/secret;a",
              "/m/secret;",
              "/e//x/y",
              "/e/x//y",
              "/all/a%2Flock",
              "/all//a;b//lock;c",
              "/all/a;%2Flock/lock",
              // A dot segment by decoding or without parameters.
              "/files/a%2F..%2Fadmin",
              "/files/a%2F.",
              "/files/..%2Fx",
              "/m/..;/x",
              "/m/a/.;b",
              "/all/a%2F..;b",
              // Nothing but parameters, and slashes at the beginning.
              "/m/;a/b",
              "//e/a",
              "/%2Fe",
              "/;a/e",
              // The rewritten path begins with two slashes.
              "/old//x",
              // No route that would take it allows the method.
              "/post%2Fa")) {
        assertThat(client.send(path)).as(path).isEqualTo(REFUSED);
      }
      assertThat(client.send("/post/a%2Fb")).isEqualTo("405 method_not_allowed");
      assertThat(client.send("/old/x//y")).isEqualTo("/x//y");
      assertThat(client.send("/m/secret/a")).isEqualTo("401 no_token");
    }
  }

  private static final List<String> PIECES =
      List.of(
          "files",
          "admin",
          "m",
          "secret",
          "e",
          "y",
          "all",
          "lock",
          "projects",
          "keys",
          "7",
          "a",
          "..",
          ".",
          "%2e%2E",
          "%2F",
          "%2f",
          "/",
          "/",
          "/",
          "/",
          "//",
          ";",
          ";a=1",
          ";/",
          "%3B",
          "%5C",
          "\\",
          "%00",
          "%25",
          "%252F",
          "%c0%af",
          "%61dmin",
          "lo%63k",
          "%",
          "#",
          "|");

  @Test
  @DisplayName("rule 171: whatever is let through without a token, no reader sees a protected path")
  void path_ofAnyPieces_isNeverReadAsProtected() throws Exception {
    var random = new Random(171);
    int passed = 0;
    int lenient = 0;
    try (var story = new Story(telling());
        var gateway = story.gateway(ROUTES);
        var client = new RawClient(gateway)) {
      for (int i = 0; i < 6_000; i++) {
        String sent = randomPath(random);
        String got = client.send(sent);
        if (got.startsWith("/")) {
          passed++;
          lenient += got.contains("%2F") || got.contains("//") || got.contains(";") ? 1 : 0;
          assertThat(plainlyDecoded(got)).as(sent).isEqualTo(plainlyDecoded(sent));
          for (List<String> read : naiveReadings(got)) {
            assertThat(isProtected(read)).as("%s sent, %s read as %s", sent, got, read).isFalse();
            assertThat(read).as(sent).doesNotContain(".", "..");
          }
        }
      }
    }
    assertThat(passed).isGreaterThan(500);
    assertThat(lenient).isGreaterThan(100);
  }

  private static String randomPath(Random random) {
    var path = new StringBuilder("/");
    path.append(
        List.of("files", "m", "e", "all", "projects", "files/admin", "all/7")
            .get(random.nextInt(7)));
    int pieces = 1 + random.nextInt(6);
    for (int i = 0; i < pieces; i++) {
      if (random.nextInt(3) > 0) {
        path.append('/');
      }
      path.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return path.toString();
  }

  private static String plainlyDecoded(String path) {
    return URLDecoder.decode(path.replace("+", "%2B").replace("|", "%7C"), StandardCharsets.UTF_8);
  }

  /** What upstreams of several habits take for the segments of a path. */
  private static List<List<String>> naiveReadings(String path) {
    var texts = new ArrayList<String>();
    String bare = String.join("/", withoutParameters(path.split("/", -1)));
    String decoded = plainlyDecoded(path);
    texts.add(path);
    texts.add(bare);
    texts.add(decoded);
    texts.add(plainlyDecoded(bare));
    texts.add(String.join("/", withoutParameters(decoded.split("/", -1))));
    var readings = new ArrayList<List<String>>();
    for (String text : texts) {
      readings.add(List.of(text.substring(1).split("/", -1)));
      readings.add(List.of(text.replaceAll("/+", "/").substring(1).split("/", -1)));
    }
    return readings;
  }

  private static List<String> withoutParameters(String[] segments) {
    return Stream.of(segments)
        .map(segment -> segment.indexOf(';') < 0 ? segment : segment.split(";", 2)[0])
        .toList();
  }

  private static boolean isProtected(List<String> read) {
    return begins(read, "files", "admin")
        || begins(read, "m", "secret")
        || ends(read, "projects", "keys")
        || ends(read, "e", "y")
        || ends(read, "all", "lock");
  }

  private static boolean ends(List<String> read, String first, String last) {
    return read.size() == 3
        && read.get(0).equals(first)
        && !read.get(1).isEmpty()
        && read.get(2).equals(last);
  }

  private static boolean begins(List<String> read, String... segments) {
    return read.size() >= segments.length
        && read.subList(0, segments.length).equals(List.of(segments));
  }
}
