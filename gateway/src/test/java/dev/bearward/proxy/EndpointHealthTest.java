package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.proxy.RetrySettings.When;
import dev.bearward.testing.Conversation;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Endpoints that are taken out by checks or for their failures, and that come back. */
class EndpointHealthTest implements EndpointListener {
  private static final String OK = Fleet.OK;
  private static final Duration OFTEN = Duration.ofMillis(100);

  private final List<String> heard = new CopyOnWriteArrayList<>();

  @Override
  public void turned(String upstream, String endpoint, @Nullable String fault) {
    heard.add(endpoint + " " + (fault == null ? "healthy" : fault));
  }

  @Override
  public void ejected(String upstream, String endpoint, Duration time, String fault) {
    heard.add(endpoint + " ejected " + fault);
  }

  @Override
  public void returned(String upstream, String endpoint) {
    heard.add(endpoint + " returned");
  }

  /** Answers checks as {@code health} says at the time, and everything else well. */
  private static RawUpstream checked(AtomicReference<String> health) {
    return RawUpstream.start(conversation -> {
      for (String got = conversation.readRequest(); got != null; got = conversation.readRequest()) {
        String now = Objects.requireNonNull(health.get());
        conversation.send(got.startsWith("GET /health?a=b ") ? now : OK);
      }
    });
  }

  private static void ask(ProxySetup proxy, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(proxy.exchange(TestRequest.get("/app")).status()).isEqualTo(200);
    }
  }

  private static long asked(RawUpstream upstream) {
    return upstream.conversations().stream()
        .map(Conversation::received)
        .mapToLong(text -> text.split("GET /app ", -1).length - 1)
        .sum();
  }

  @Test
  @DisplayName("checks take an endpoint out and bring it back; their connections are their own")
  void check_turns_movesTheTraffic() {
    var health = new AtomicReference<>(OK);
    try (RawUpstream wavering = checked(health);
        RawUpstream steady = checked(new AtomicReference<>(OK));
        ProxySetup proxy =
            Fleet.of(wavering.port(), steady.port()).roundRobin().health(OFTEN).proxy(this)) {
      proxy.forwarder.start(proxy.loop());
      ask(proxy, 4);
      assertThat(asked(wavering)).isEqualTo(2);
      health.set(Fleet.DOWN);
      String name = "127.0.0.1:" + wavering.port();
      Eventually.await("unhealthy", () -> heard.contains(name + " check: status 503"));
      assertThat(proxy.forwarder.endpoints())
          .extracting(EndpointView::unhealthy)
          .containsExactlyInAnyOrder(true, false);
      ask(proxy, 10);
      assertThat(asked(wavering)).isEqualTo(2);
      health.set("HTTP/1.1 204 No Content\r\n\r\n");
      Eventually.await("healthy", () -> heard.contains(name + " healthy"));
      ask(proxy, 10);
      assertThat(asked(wavering)).isEqualTo(7);
      assertThat(heard).hasSize(2);
      assertThat(wavering.conversations())
          .extracting(Conversation::received)
          .contains(
              "GET /health?a=b HTTP/1.1\r\nHost: "
                  + name
                  + "\r\nUser-Agent: bearward-health\r\nAccept: */*\r\nConnection: close\r\n\r\n");
    }
  }

  @Test
  @DisplayName("when no endpoint is healthy, all of them are used")
  void check_allUnhealthy_allAreUsed() {
    try (RawUpstream one = checked(new AtomicReference<>(Fleet.DOWN));
        RawUpstream other = checked(new AtomicReference<>("nonsense\r\n\r\n"));
        ProxySetup proxy =
            Fleet.of(one.port(), other.port()).roundRobin().health(OFTEN).proxy(this)) {
      proxy.forwarder.start(proxy.loop());
      Eventually.await("both unhealthy", () -> heard.size() == 2);
      ask(proxy, 4);
      assertThat(asked(one)).isEqualTo(2);
      assertThat(asked(other)).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("an endpoint that never answers a check, or is not there, is unhealthy")
  void check_silentOrGone_isUnhealthy() {
    try (RawUpstream silent = RawUpstream.start(Conversation::readToEnd);
        ProxySetup proxy = Fleet.of(silent.port(), Fleet.deadPort()).health(OFTEN).proxy(this)) {
      proxy.forwarder.start(proxy.loop());
      Eventually.await("both unhealthy", () -> heard.size() == 2);
      assertThat(heard)
          .anyMatch(line -> line.endsWith("check: no answer in time"))
          .anyMatch(line -> line.contains("refused"));
    }
  }

  @Test
  @DisplayName("failures in a row leave an endpoint out for a while; then it is used again")
  void outlier_failures_ejectAndReturn() {
    var answer = new AtomicReference<>(Fleet.DOWN);
    try (RawUpstream bad = answering(answer);
        RawUpstream good = RawUpstream.answering(OK);
        ProxySetup proxy =
            Fleet.of(bad.port(), good.port())
                .roundRobin()
                .retry(When.STATUS_503)
                .outlier(3, Duration.ofMillis(300))
                .proxy(this)) {
      String name = "127.0.0.1:" + bad.port();
      ask(proxy, 6);
      assertThat(heard).containsExactly(name + " ejected status 503");
      assertThat(Fleet.requests(bad)).isEqualTo(3);
      answer.set(OK);
      Eventually.await("return", () -> heard.contains(name + " returned"));
      ask(proxy, 4);
      assertThat(Fleet.requests(bad)).isEqualTo(5);
    }
  }

  private static RawUpstream answering(AtomicReference<String> answer) {
    return RawUpstream.start(conversation -> {
      while (conversation.readRequest() != null) {
        conversation.send(Objects.requireNonNull(answer.get()));
      }
    });
  }

  @Test
  @DisplayName("a success in between begins the count anew; a 500 is no failure of the endpoint")
  void outlier_notInARow_staysIn() throws IOException {
    var answer = new AtomicReference<>(OK);
    try (RawUpstream wavering = answering(answer);
        RawUpstream dead = RawUpstream.answering(OK);
        ProxySetup proxy =
            Fleet.of(wavering.port(), dead.port())
                .roundRobin()
                .outlier(2, Duration.ofSeconds(30))
                .proxy(this)) {
      for (String next :
          List.of(
              Fleet.DOWN,
              OK,
              Fleet.DOWN,
              "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
              Fleet.DOWN)) {
        answer.set(next);
        proxy.exchange(TestRequest.get("/"));
        proxy.exchange(TestRequest.get("/"));
      }
      assertThat(heard).isEmpty();
    }
  }

  @Test
  @DisplayName("never the only endpoint, and never more than half")
  void outlier_allFail_halfStayIn() {
    try (RawUpstream bad = RawUpstream.answering(Fleet.DOWN);
        RawUpstream worse = RawUpstream.answering(Fleet.DOWN);
        ProxySetup only = Fleet.of(bad.port()).outlier(1, Duration.ofMinutes(1)).proxy(this);
        ProxySetup both =
            Fleet.of(bad.port(), worse.port()).outlier(1, Duration.ofMinutes(1)).proxy(this)) {
      for (int i = 0; i < 5; i++) {
        assertThat(only.exchange(TestRequest.get("/")).status()).isEqualTo(503);
      }
      assertThat(heard).isEmpty();
      for (int i = 0; i < 10; i++) {
        assertThat(both.exchange(TestRequest.get("/")).status()).isEqualTo(503);
      }
      assertThat(heard).hasSize(1);
      assertThat(both.forwarder.endpoints())
          .extracting(view -> view.ejectedFor() != null)
          .containsExactlyInAnyOrder(true, false);
    }
  }
}
