package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What explain has instead of an upstream. */
class UnsentForwarderTest {
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, ProxySetup.nativeTransport());
  private final UnsentForwarder forwarder = new UnsentForwarder("X-Request-Id");

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private Running send(TestRequest request) {
    return Running.start(forwarder, request, (EventLoop) loops.iterator().next());
  }

  @Test
  void forward_anyRequest_keepsItsHead() {
    Running running = send(TestRequest.get("/a").header("X-Any", "b").identity("X-User", "alice"));
    assertThat(forwarder.head())
        .startsWith("GET /a HTTP/1.1\r\n")
        .contains("X-Any: b\r\n", "X-User: alice\r\n")
        .endsWith("\r\n\r\n");
    assertThat(forwarder.permit()).isNotNull();
    assertThat(running.wantsBody()).isFalse();
    assertThat(running.response().isOver()).isFalse();
    running.body("is let go");
    running.end();
    running.cancel();
  }

  @Test
  @DisplayName(
      "rules 98, 182: what would split the head is refused as it is upstream, and not shown")
  void forward_whatCannotBeSent_isRefused() {
    Running running = send(TestRequest.get("/a").header("X-Any", "a\r\nX-Evil: 1"));
    assertThat(running.response().await().failure()).isEqualTo(Reason.BAD_REQUEST);
    assertThat(forwarder.head()).isNull();
    assertThat(forwarder.permit()).isNotNull();
  }

  @Test
  @DisplayName("rule 91: what may go no further is answered")
  void forward_noForwardsLeft_isAnswered() {
    var request = TestRequest.of("OPTIONS", "/a").header("Max-Forwards", "0").methods("GET");
    RecordedResponse response = send(request).response().await();
    assertThat(response.status()).isEqualTo(204);
    assertThat(response.headers().get(HttpHeaderNames.ALLOW)).isEqualTo("GET");
    assertThat(forwarder.head()).isNull();
  }
}
