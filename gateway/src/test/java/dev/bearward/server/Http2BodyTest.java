package dev.bearward.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.access.AccessDecision;
import dev.bearward.access.TestPermits;
import dev.bearward.access.WaitingShare;
import dev.bearward.http.RequestHead;
import dev.bearward.testing.Eventually;
import io.netty.handler.codec.http2.Http2Error;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Request bodies of HTTP/2 that have to wait (rule 136). */
class Http2BodyTest {
  /** All that was sent before was decoded. */
  private static void awaitDecoded(RawHttp2 client) {
    client.frame(RawHttp2.PING, 0, 0, new byte[8]);
    client.await(RawHttp2.PING);
  }

  @Test
  @DisplayName("rule 136: a body that waited and is too large ends its request once, with 413")
  void waitingBody_tooLarge_isRefusedOnce() {
    var stage = new CompletableFuture<AccessDecision>();
    var asked = new AtomicReference<RequestHead>();
    var share = new WaitingShare(10, 1);
    try (var server =
            TestServer.start(
                head -> {
                  asked.set(head);
                  return new AccessDecision.Pending(Gates.route(3L), stage, List.of(), share);
                },
                RecordingForwarder.silent());
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a");
      client.data(1, false, "ab");
      client.data(1, false, "cd");
      awaitDecoded(client);
      stage.complete(TestPermits.of(requireNonNull(asked.get()), Gates.route(3L)));
      RawHttp2.Response response = client.response(1);
      assertThat(response.status()).isEqualTo(413);
      assertThat(response.reason()).isEqualTo("body_too_large");
      assertThat(response.reset()).isIn(null, Http2Error.NO_ERROR);
    }
  }

  @Test
  @DisplayName("rule 136: a body in parts of one byte weighs no more than its bytes while it waits")
  void waitingBody_ofSingleBytes_isPutTogether() {
    var upstream = RecordingForwarder.whenComplete(e -> e.answer(200, "ok"));
    int bytes = 20_000;
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a");
      var exchange = upstream.exchange(0);
      exchange.wants = false;
      var frames = new ByteArrayOutputStream();
      for (int i = 0; i < bytes; i++) {
        frames.writeBytes(RawHttp2.encoded(RawHttp2.DATA, 0, 1, (byte) ('a' + i % 26)));
      }
      client.bytes(frames.toByteArray());
      awaitDecoded(client);
      exchange.run(() -> {
        exchange.wants = true;
        exchange.response.wantBody();
      });
      Eventually.await("all taken", () -> exchange.bytes.get() == bytes);
      assertThat(exchange.parts).hasValueLessThanOrEqualTo(4);
      assertThat(exchange.body()).startsWith("abcdefgh").hasSize(bytes);
      client.data(1, true, "");
      assertThat(client.response(1).body()).isEqualTo("ok");
    }
  }
}
