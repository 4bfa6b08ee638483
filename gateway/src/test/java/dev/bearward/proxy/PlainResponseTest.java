package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.proxy.ResponseDecoder.PlainResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The way past Netty's decoder: whatever it takes, it makes of it, byte for byte, what the long way
 * makes of it.
 */
@SuppressWarnings("StringConcatToTextBlock") // line ends are CR LF here
class PlainResponseTest {
  private static final String PLAIN =
      "HTTP/1.1 200 OK\r\n"
          + "Server: nginx\r\n"
          + "Content-Type: application/json\r\n"
          + "Content-Length: 5\r\n"
          + "Connection: keep-alive\r\n"
          + "Keep-Alive: timeout=60\r\n"
          + "ETag: \"x\"\r\n"
          + "\r\n"
          + "hello";

  private static final String[] LINES = {
    "HTTP/1.1 200 OK",
    "HTTP/1.1 404 Not Found",
    "HTTP/1.0 200 OK",
    "HTTP/1.1 200 ",
    "HTTP/1.1 200",
    "HTTP/1.1 204 No Content",
    "HTTP/1.1 304 Not Modified",
    "HTTP/1.1 206 Partial",
    "HTTP/1.1 100 Continue",
    "HTTP/1.1 101 Switching Protocols",
    "HTTP/1.1 600 X",
    "HTTP/1.1 99 X",
    "HTTP/1.1 2000 X",
    "HTTP/1.1 200  OK",
    "HTTP/1.1 200 O  K ",
    "http/1.1 200 OK",
    "HTTP/1.1  200 OK",
    "HTTP/1.1 200\tOK",
    "HTTP/1.1 200 O\tK",
    "HTTP/1.1 200 \u00e4"
  };

  private static final String[] FIELDS = {
    "Server: nginx",
    "Content-Type: text/plain",
    "Date: Sun, 22 Nov 2026 10:00:00 GMT",
    "Content-Length: 5",
    "content-length: 5",
    "Content-Length: 05",
    "Content-Length: 4",
    "Content-Length: 6",
    "Content-Length: +5",
    "Content-Length:5",
    "Content-Length: 5 ",
    "Content-Length: 5, 5",
    "Content-Length: 0",
    "Content-Length: ",
    "Content_Length: 5",
    "Content-Length: 99999999999",
    "Connection: keep-alive",
    "connection: Keep-Alive",
    "Connection: close",
    "Connection: X-Drop",
    "Connection: keep-alive, X-Drop",
    "Connection: ",
    "Keep-Alive: timeout=5",
    "X-Drop: 1",
    "Transfer-Encoding: chunked",
    "Transfer_Encoding: x",
    "Trailer: X-T",
    "Upgrade: h2c",
    "TE: trailers",
    "Proxy-Authenticate: Basic",
    "Set-Cookie: a=b",
    "Set-Cookie: c=d",
    "Vary: Origin",
    "X-Empty: ",
    "X-Empty:",
    "X-Two:  two",
    "X-Tab:\ttab",
    "X-Tab-In: a\tb",
    "X-End: a ",
    "X-End: a\t",
    "X-\u00e4: a",
    "X-High: \u00e4",
    "X Space: a",
    "X-Space : a",
    " folded",
    "\tfolded",
    ": no name",
    "no colon",
    "X-Nul: \0",
    "X-Del: \u007f",
    "X-Cr: a\rb",
    "X-Lf: a\nb",
    "x: " + "y".repeat(300),
    "Access-Control-Allow-Origin: *"
  };

  private static final String[] ENDS = {
    "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\r\n"
  };
  private static final String[] BODIES = {
    "hello", "hello", "hello", "", "hell", "hello HTTP/1.1 2"
  };

  @Test
  @DisplayName("rule 182: a plain response means what it means to the decoder, byte for byte")
  void plain_anyResponse_isTheSameAsTheLongWay() {
    var random = new Random(20261122);
    int plain = 0;
    for (int i = 0; i < 60_000; i++) {
      String response = i % 3 == 0 ? mutated(random) : composed(random);
      Seen shortcut = see(response, true);
      plain += shortcut.plain() ? 1 : 0;
      assertThat(shortcut.text()).as(response).isEqualTo(see(response, false).text());
    }
    assertThat(plain).as("plain responses among them").isBetween(3_000, 50_000);
  }

  @Test
  void plain_usualResponse_goesTheShortWay() {
    assertThat(see(PLAIN, true).plain()).isTrue();
    assertThat(see(PLAIN, false).plain()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTrailer: X\r\n\r\nhello",
        "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\n\r\nhello"
      })
  void plain_anythingElse_goesTheLongWay(String response) {
    assertThat(see(response, true).plain()).isFalse();
  }

  @Test
  void plain_toHead_goesTheLongWay() {
    var decoder = new ResponseDecoder();
    var channel = new EmbeddedChannel(decoder);
    decoder.await(true, false);
    channel.writeInbound(bytes(PLAIN));
    Object first = channel.readInbound();
    assertThat(first).isInstanceOf(HttpResponse.class);
    channel.finishAndReleaseAll();
  }

  private static String composed(Random random) {
    var text = new StringBuilder();
    text.append(random.nextInt(4) > 0 ? LINES[0] : pick(random, LINES)).append(end(random));
    int usual = random.nextInt(6);
    for (int i = 0; i < usual; i++) {
      text.append(random.nextBoolean() ? FIELDS[i % 3] : pick(random, FIELDS)).append(end(random));
    }
    if (random.nextInt(5) > 0) {
      text.append("Content-Length: 5").append(end(random));
    }
    return text.append(end(random)).append(pick(random, BODIES)).toString();
  }

  private static String end(Random random) {
    return random.nextInt(12) > 0 ? "\r\n" : pick(random, ENDS);
  }

  private static String pick(Random random, String[] from) {
    return from[random.nextInt(from.length)];
  }

  private static String mutated(Random random) {
    var text = new StringBuilder(PLAIN);
    for (int left = 1 + random.nextInt(3); left > 0; left--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(3)) {
        case 0 -> text.setCharAt(at, (char) random.nextInt(256));
        case 1 -> text.deleteCharAt(at);
        default -> text.insert(at, (char) random.nextInt(256));
      }
    }
    return text.toString();
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }

  private record Seen(String text, boolean plain) {}

  /** What a client would be sent, the connection's fate, and by which way. */
  private static Seen see(String response, boolean shortcut) {
    var decoder = new ResponseDecoder(shortcut);
    var channel = new EmbeddedChannel(decoder);
    decoder.await(false, false);
    channel.writeInbound(bytes(response));
    var text = new StringBuilder();
    boolean plain = false;
    for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
      plain |= message instanceof PlainResponse;
      boolean good = describe(message, decoder, text);
      release(message);
      if (!good) {
        break;
      }
    }
    text.append(decoder.holdsBytes() ? "<more>" : "");
    channel.finishAndReleaseAll();
    return new Seen(text.toString(), plain);
  }

  private static void release(Object message) {
    if (message instanceof PlainResponse response) {
      response.body().release();
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  private static boolean describe(Object message, ResponseDecoder decoder, StringBuilder text) {
    switch (message) {
      case PlainResponse(PlainHead head, ByteBuf body) -> {
        text.append(raw(head)).append("length ").append(head.contentLength()).append('\n');
        assertThat(head.headers().entries().stream().map(Map.Entry::getKey).toList())
            .isEqualTo(names(head));
        text.append(body.toString(StandardCharsets.ISO_8859_1));
        text.append("<end []>").append(decoder.framing().persistent());
        return true;
      }
      case ResponseDecoder.Fault _ -> text.append("<fault>");
      case HttpObject part when part.decoderResult().isFailure() -> text.append("<fault>");
      case HttpObject part -> {
        if (part instanceof HttpResponse head) {
          encode(head, decoder.framing(), text);
        }
        if (part instanceof HttpContent content) {
          text.append(content.content().toString(StandardCharsets.ISO_8859_1));
        }
        if (part instanceof LastHttpContent last) {
          text.append("<end ").append(last.trailingHeaders().entries()).append('>');
          text.append(decoder.framing().persistent());
        }
        return true;
      }
      default -> throw new AssertionError(message);
    }
    return false;
  }

  private static List<String> names(PlainHead head) {
    var names = new ArrayList<String>();
    for (int i = 0; i < head.fields(); i++) {
      names.add(head.name(i).toString());
    }
    return names;
  }

  private static String raw(PlainHead head) {
    var text = new StringBuilder();
    text.append(new String(head.octets(), 0, head.statusLineEnd(), StandardCharsets.ISO_8859_1));
    for (int i = 0; i < head.fields(); i++) {
      int start = head.lineStart(i);
      text.append(
          new String(head.octets(), start, head.lineEndOf(i) - start, StandardCharsets.ISO_8859_1));
    }
    return text.toString();
  }

  /** As our encoder writes it. */
  private static void encode(HttpResponse head, ResponseFraming framing, StringBuilder text) {
    ResponseFields.strip(head.headers(), framing.kind() == ResponseFraming.Kind.CHUNKED);
    text.append("HTTP/1.1 ").append(head.status().code()).append(' ');
    text.append(head.status().reasonPhrase()).append("\r\n");
    text.append(
        head.headers().entries().stream()
            .map(field -> field.getKey() + ": " + field.getValue() + "\r\n")
            .collect(Collectors.joining()));
    text.append("length ").append(framing.length()).append('\n');
  }
}
