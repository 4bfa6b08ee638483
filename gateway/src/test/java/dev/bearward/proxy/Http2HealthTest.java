package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Eventually;
import dev.bearward.testing.Http2Upstream;
import dev.bearward.testing.RawUpstream;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Checks of endpoints that speak HTTP/2 without TLS. */
class Http2HealthTest implements EndpointListener {
  private static final Duration OFTEN = Duration.ofMillis(300);

  private final List<String> heard = new CopyOnWriteArrayList<>();

  @Override
  public void turned(String upstream, String endpoint, @Nullable String fault) {
    heard.add(fault == null ? "healthy" : fault);
  }

  private ProxySetup checking(int port) {
    ProxySetup proxy = Fleet.of(port).http2().health(OFTEN).proxy(this);
    proxy.forwarder.start(proxy.loop());
    return proxy;
  }

  @Test
  @DisplayName("a check is a GET over HTTP/2, on a connection of its own that says goodbye")
  void check_http2Endpoint_isAskedInHttp2() {
    var status = new AtomicReference<>("200");
    try (Http2Upstream upstream =
            Http2Upstream.start((stream, head, ends) -> {
              stream.headers(Http2Upstream.fields(":status", "103"), false);
              stream.answer(Objects.requireNonNull(status.get()), "a body");
            });
        ProxySetup proxy = checking(upstream.port())) {
      Eventually.await("two checks", () -> upstream.connections() > 1);
      Http2Headers head = upstream.heads().getFirst();
      assertThat(head.method()).hasToString("GET");
      assertThat(head.scheme()).hasToString("http");
      assertThat(head.path()).hasToString("/health?a=b");
      assertThat(head.authority()).hasToString("127.0.0.1:" + upstream.port());
      assertThat(head.get("user-agent")).hasToString("bearward-health");
      upstream.awaitEvent("GOAWAY NO_ERROR");
      assertThat(heard).isEmpty();
      status.set("503");
      Eventually.await("unhealthy", () -> heard.equals(List.of("check: status 503")));
      status.set("204");
      Eventually.await("healthy", () -> heard.equals(List.of("check: status 503", "healthy")));
      assertThat(proxy.figures().active()).isZero();
      Eventually.await("none is left open", () -> upstream.openConnections() <= 1);
    }
  }

  private String fault(Http2Upstream.Script script) {
    try (Http2Upstream upstream = Http2Upstream.start(script);
        ProxySetup proxy = checking(upstream.port())) {
      Eventually.await("unhealthy", () -> heard.size() == 1);
      assertThat(proxy.forwarder.endpoints().getFirst().unhealthy()).isTrue();
      return heard.removeFirst();
    }
  }

  @Test
  @DisplayName("what is no response over HTTP/2 is told apart")
  void check_noResponse_saysWhy() {
    assertThat(fault((stream, head, ends) -> stream.reset(Http2Error.REFUSED_STREAM)))
        .isEqualTo("check: reset without a response");
    assertThat(fault((stream, head, ends) -> stream.goAway(0)))
        .isEqualTo("check: GOAWAY without a response");
    assertThat(fault((stream, head, ends) -> stream.closeConnection()))
        .isEqualTo("check: closed without a response");
    assertThat(fault((stream, head, ends) -> stream.answer("20x", "")))
        .isEqualTo("check: no HTTP response");
    assertThat(fault((stream, head, ends) -> {})).isEqualTo("check: no answer in time");
  }

  @Test
  @DisplayName("an endpoint that speaks HTTP/1.1 only is unhealthy where HTTP/2 is asked for")
  void check_http1Endpoint_isUnhealthy() {
    try (RawUpstream upstream =
            RawUpstream.start(wire -> {
              wire.readHead();
              wire.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
              wire.readToEnd();
            });
        ProxySetup proxy = checking(upstream.port())) {
      Eventually.await("unhealthy", () -> heard.equals(List.of("check: no HTTP/2")));
      assertThat(proxy.forwarder.endpoints().getFirst().lastError()).isEqualTo("check: no HTTP/2");
    }
  }
}
