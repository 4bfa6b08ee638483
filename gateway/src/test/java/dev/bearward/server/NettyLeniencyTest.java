package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What Netty's decoder lets pass or silently rewrites, strictest settings, and our guard therefore
 * refuses. When a new Netty fails here it has become stricter, and the guard may say less.
 */
@DisplayName("rule 182: what the codec alone does not refuse")
class NettyLeniencyTest {
  private static final String HOST = "Host: h\r\n\r\n";

  static Stream<Arguments> lenient() {
    return Stream.of(
        argumentSet("folding becomes a space", "GET /a HTTP/1.1\r\nX-A: b\r\n c\r\n" + HOST),
        argumentSet("tabs in the request line", "GET\t/a\tHTTP/1.1\r\n" + HOST),
        argumentSet("vertical tab in the request line", "GET\u000b/a HTTP/1.1\r\n" + HOST),
        argumentSet("CR in the request line", "GET\r/a HTTP/1.1\r\n" + HOST),
        argumentSet("several spaces in the request line", "GET  /a   HTTP/1.1\r\n" + HOST),
        argumentSet("protocol in lower case", "GET /a http/1.1\r\n" + HOST),
        argumentSet("any version of one digit each", "GET /a HTTP/7.3\r\n" + HOST),
        argumentSet("bare LFs before the request", "\n\n\nGET /a HTTP/1.1\r\n" + HOST),
        argumentSet("bare CRs before the request", "\r\r\rGET /a HTTP/1.1\r\n" + HOST),
        argumentSet("any number of empty lines", "\r\n".repeat(500) + "GET /a HTTP/1.1\r\n" + HOST),
        argumentSet("no Host", "GET /a HTTP/1.1\r\n\r\n"),
        argumentSet("two Hosts", "GET /a HTTP/1.1\r\nHost: i\r\n" + HOST),
        argumentSet("underscores in names", "GET /a HTTP/1.1\r\nX_A: b\r\n" + HOST),
        argumentSet("any number of fields", "GET /a HTTP/1.1\r\n" + "a:\r\n".repeat(900) + HOST),
        argumentSet("gzip, chunked", chunked("Transfer-Encoding: gzip, chunked", "0\r\n\r\n")),
        argumentSet("a folded trailer", chunked(CHUNKED, "0\r\nX-A: b\r\n c\r\n\r\n")),
        argumentSet("large extensions", chunked(CHUNKED, "0;" + "a".repeat(4000) + "\r\n\r\n")));
  }

  private static final String CHUNKED = "Transfer-Encoding: chunked";

  private static String chunked(String field, String body) {
    return "POST /a HTTP/1.1\r\n" + field + "\r\n" + HOST + body;
  }

  @ParameterizedTest
  @MethodSource
  void lenient(String request) {
    assertThat(decode(request).faults).isZero();
  }

  @Test
  @DisplayName("a body of 8 bytes that no field declares")
  void hiddenBody() {
    String request = "GET /a HTTP/1.1\r\nSec-WebSocket-Key1: a\r\nSec-WebSocket-Key2: b\r\n" + HOST;
    assertThat(decode(request + "12345678").bodyBytes).isEqualTo(8);
  }

  private record Decoded(int faults, int bodyBytes) {}

  private static Decoded decode(String request) {
    var config =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(8 * 1024)
            .setMaxHeaderSize(32 * 1024)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true);
    var channel = new EmbeddedChannel(new HttpRequestDecoder(config));
    channel.writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.ISO_8859_1));
    int faults = 0;
    int requests = 0;
    int bytes = 0;
    for (HttpObject part = channel.readInbound(); part != null; part = channel.readInbound()) {
      faults += part.decoderResult().isFailure() ? 1 : 0;
      requests += part instanceof HttpRequest ? 1 : 0;
      bytes += part instanceof HttpContent content ? content.content().readableBytes() : 0;
      ReferenceCountUtil.release(part);
    }
    channel.finishAndReleaseAll();
    assertThat(requests).isEqualTo(1);
    return new Decoded(faults, bytes);
  }
}
