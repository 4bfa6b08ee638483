package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The decoder alone: the same bytes mean the same however they are cut. */
@SuppressWarnings("StringConcatToTextBlock") // line ends are CR LF here
class ResponseDecoderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloX",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nT: 1\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nL: 1\r\n\r\nHTTP/1.1 204 No\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\nuntil the end",
        "HTTP/1.1 304 Not\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
        "HTTP/1.1 200 OK\nA: b\n\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n",
        "HTTP/1.1 20",
        "garbage"
      })
  @DisplayName("rule 182: how the bytes are cut makes no difference")
  void decode_anyCut_meansTheSame(String bytes) {
    String whole = decode(bytes, bytes.length());
    for (int cut = 1; cut < bytes.length(); cut++) {
      assertThat(decode(bytes, cut)).as("cut every " + cut + " bytes").isEqualTo(whole);
    }
  }

  /** What comes out when the bytes come in pieces of that size. */
  private static String decode(String bytes, int size) {
    var decoder = new ResponseDecoder(false);
    var channel = new EmbeddedChannel(decoder);
    decoder.await(false, false);
    for (int at = 0; at < bytes.length(); at += size) {
      String piece = bytes.substring(at, Math.min(bytes.length(), at + size));
      channel.writeInbound(Unpooled.copiedBuffer(piece, StandardCharsets.ISO_8859_1));
    }
    channel.finish();
    var seen = new StringBuilder();
    for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
      boolean good = describe(message, seen);
      ReferenceCountUtil.release(message);
      if (!good) {
        break;
      }
    }
    channel.releaseInbound();
    return seen.toString();
  }

  private static boolean describe(Object message, StringBuilder seen) {
    if (message instanceof ResponseDecoder.Fault
        || ((HttpObject) message).decoderResult().isFailure()) {
      seen.append("<fault>");
      return false;
    }
    if (message instanceof HttpResponse response) {
      seen.append('<').append(response.status()).append(response.headers().entries()).append('>');
    }
    if (message instanceof HttpContent content) {
      seen.append(content.content().toString(StandardCharsets.ISO_8859_1));
    }
    if (message instanceof LastHttpContent last) {
      seen.append("<end ").append(last.trailingHeaders().entries()).append('>');
    }
    return true;
  }

  @Test
  @DisplayName("rules 95, 96, 115: what Netty's decoder alone lets pass, so the guard is needed")
  void nettyAlone_acceptsWhatTheGuardRefuses() {
    for (String fields : new String[] {"A : b", "A: b\r\n folded", "A b: c"}) {
      var channel = new EmbeddedChannel(new HttpResponseDecoder());
      channel.writeInbound(
          Unpooled.copiedBuffer(
              "HTTP/1.1 200 OK\r\n" + fields + "\r\nContent-Length: 0\r\n\r\n",
              StandardCharsets.ISO_8859_1));
      HttpResponse response = channel.readInbound();
      assertThat(response.decoderResult().isSuccess()).as(fields).isTrue();
      channel.finishAndReleaseAll();
    }
  }
}
