package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Frames of http2-frame-test-case against the real server: wrong ones are answered with an error.
 */
@Tag("vectors")
class Http2VectorsTest {
  private static final Pattern WIRE = Pattern.compile("\"wire\"\\s*:\\s*\"([0-9A-Fa-f]*)\"");
  private static final Pattern ERROR = Pattern.compile("\"error\"\\s*:\\s*\\[([^]]*)\\]");

  private static List<Path> files(String... folders) throws IOException {
    String folder = System.getProperty("bearward.vectors", "");
    assumeFalse(folder.isEmpty(), "bearward.vectors is not set: vectors are not checked");
    var files = new ArrayList<Path>();
    for (String each : folders) {
      try (Stream<Path> all = Files.list(Path.of(folder, "http2-frames", each))) {
        files.addAll(all.sorted().toList());
      }
    }
    return files;
  }

  private static String find(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : "";
  }

  @Test
  @DisplayName(
      "wrong frames end stream or connection with the error that the vector names, or a stricter one")
  void wrongFrames_areAnswered() throws IOException {
    List<Path> files = files("error");
    assertThat(files).hasSizeGreaterThan(15);
    for (Path file : files) {
      String json = Files.readString(file);
      List<Long> named =
          Pattern.compile(",")
              .splitAsStream(find(ERROR, json))
              .map(String::strip)
              .map(Long::parseLong)
              .toList();
      try (var server = TestServer.start(Gates.open(), RecordingForwarder.silent());
          var client = RawHttp2.connect(server)) {
        client.request(1, false, "POST", "/a");
        client.bytes(HexFormat.of().parseHex(find(WIRE, json)));
        client.frame(RawHttp2.PING, 0, 0, new byte[8]);
        Http2Error error = error(client);
        assertThat(error).as("%s", file.getFileName()).isNotNull();
        assertThat(named.contains(error.code()) || error == Http2Error.PROTOCOL_ERROR)
            .as("%s: %s, named %s", file.getFileName(), error, named)
            .isTrue();
      }
    }
  }

  /** The first error that comes, of a stream or of the connection. */
  private static Http2Error error(RawHttp2 client) {
    for (RawHttp2.Frame frame = client.read(); frame != null; frame = client.read()) {
      if (frame.type() == RawHttp2.GOAWAY || frame.type() == RawHttp2.RST_STREAM) {
        return frame.error();
      }
    }
    throw new AssertionError("no error");
  }

  @Test
  @DisplayName("right frames are taken, or refused in order; the server goes on")
  void rightFrames_doNotHang() throws IOException {
    for (Path file :
        files(
            "data",
            "headers",
            "settings",
            "window_update",
            "rst_stream",
            "goaway",
            "continuation")) {
      String wire = find(WIRE, Files.readString(file));
      try (var server = TestServer.start(Gates.open(), RecordingForwarder.ok())) {
        try (var client = RawHttp2.connect(server)) {
          client.bytes(HexFormat.of().parseHex(wire));
          client.frame(RawHttp2.PING, 0, 0, new byte[8]);
          RawHttp2.Frame frame = client.read();
          while (frame != null
              && frame.type() != RawHttp2.PING
              && frame.type() != RawHttp2.GOAWAY) {
            frame = client.read();
          }
          assertThat(frame).as("%s", file.getFileName()).isNotNull();
        }
        try (var client = RawHttp2.connect(server)) {
          client.get(1);
          assertThat(client.response(1).status()).isEqualTo(200);
        }
      }
    }
  }
}
