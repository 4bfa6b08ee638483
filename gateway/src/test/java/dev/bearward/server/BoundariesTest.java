package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where event streams and gRPC bodies may be ended (rule 157). */
class BoundariesTest {
  /** The places behind which a body could end, in one piece and in pieces of every size. */
  private static List<Integer> boundaries(Supplier<Boundaries> made, String body) {
    List<Integer> octetByOctet = inPieces(made.get(), body, 1);
    for (int size = 2; size <= body.length(); size++) {
      assertThat(inPieces(made.get(), body, size))
          .as("pieces of %d", size)
          .allMatch(octetByOctet::contains)
          .endsWith(octetByOctet.getLast());
    }
    return inPieces(made.get(), body, body.length());
  }

  private static List<Integer> inPieces(Boundaries boundaries, String body, int size) {
    byte[] octets = body.getBytes(StandardCharsets.ISO_8859_1);
    List<Integer> places = new ArrayList<>();
    for (int start = 0; start < octets.length; start += size) {
      ByteBuf piece = Unpooled.wrappedBuffer(octets, start, Math.min(size, octets.length - start));
      while (piece.isReadable()) {
        piece.skipBytes(boundaries.follow(piece, true));
        if (boundaries.here()) {
          places.add(start + piece.readerIndex());
        }
      }
    }
    return places;
  }

  private static String unescaped(String text) {
    return text.replace("\\n", "\n").replace("\\r", "\r");
  }

  @ParameterizedTest
  @CsvSource({
    "'data: 1\\n\\ndata: 2\\n\\n', '9,18'",
    "'data: 1\\r\\n\\r\\ndata: 2\\r\\n\\r\\n', '11,22'",
    "'data: 1\\r\\rdata: 2\\r\\r', '9,18'",
    "'data: 1\\n\\r\\nid: 2\\r\\n\\n', '10,18'",
    "'event: x\\ndata: 1\\ndata: 2\\n\\n', '26'",
    "': still here\\n', '13'",
    "': a\\n: b\\n', '4,8'",
    "'data: 1\\n: c\\n\\n', '13'",
    "'\\n', '1'",
    "'data:a:\\n\\n', '9'",
  })
  void eventStream_endsBehindAnEmptyLine(String stream, String places) {
    assertThat(boundaries(EventBoundaries::new, unescaped(stream)))
        .map(String::valueOf)
        .containsExactly(places.split(","));
  }

  @Test
  void eventStream_inTheMiddleOfAnEvent_isAtNoBoundary() {
    for (String begun :
        List.of("d", "data: 1", "data: 1\n", "data: 1\ndata: 2\r\n", ": c\nid: 1\n")) {
      var boundaries = new EventBoundaries();
      assertThat(boundaries.here()).as("before the first event").isTrue();
      boundaries.follow(Unpooled.copiedBuffer(begun, StandardCharsets.US_ASCII), false);
      assertThat(boundaries.here()).as(begun).isFalse();
    }
  }

  @Test
  @DisplayName("gRPC: a message is five bytes of prefix and as many more as that says")
  void grpc_endsBehindAMessage() {
    String empty = "\0\0\0\0\0";
    String three = "\0\0\0\0\3abc";
    String long300 = "\1\0\0\1\54" + "x".repeat(300);
    assertThat(boundaries(MessageBoundaries::new, empty + three + long300 + three))
        .containsExactly(5, 13, 318, 326);
    var boundaries = new MessageBoundaries();
    assertThat(boundaries.here()).isTrue();
    boundaries.follow(Unpooled.wrappedBuffer(new byte[] {0, -1, -1, -1, -1, 7}), true);
    assertThat(boundaries.here()).as("four gigabytes are to come").isFalse();
  }
}
