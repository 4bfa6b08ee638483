package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.proxy.RetrySettings.When;
import dev.bearward.testing.RawUpstream;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule 116: what is sent once more, and what never is. */
class RetryTest {
  private static final String OK = Fleet.OK;

  /** Reads one request, then resets the connection. */
  private static RawUpstream resetting() {
    return RawUpstream.start(conversation -> {
      conversation.readRequest();
      conversation.reset();
    });
  }

  @Test
  @DisplayName("under total failure there are no more attempts than the budget allows")
  void forward_allReset_noRetryStorm() {
    try (RawUpstream one = resetting();
        RawUpstream other = resetting();
        ProxySetup proxy =
            Fleet.of(one.port(), other.port()).retry(When.CONNECT_FAILURE, When.RESET).proxy()) {
      for (int i = 0; i < 200; i++) {
        assertThat(proxy.exchange(TestRequest.get("/")).failure()).isEqualTo(Reason.UPSTREAM_RESET);
      }
      assertThat(one.conversations().size() + other.conversations().size())
          .isBetween(201, 200 + 40);
    }
  }

  @Test
  @DisplayName("the budget's use is told: what was sent, and what was not for lack of it")
  void forward_allReset_budgetIsTold() {
    var sent = new AtomicInteger();
    var refused = new AtomicInteger();
    EndpointListener listener =
        new EndpointListener() {
          @Override
          public void retried(String upstream, boolean allowed) {
            (allowed ? sent : refused).incrementAndGet();
          }
        };
    try (RawUpstream one = resetting();
        ProxySetup proxy = Fleet.of(one.port()).retry(When.RESET).proxy(listener)) {
      for (int i = 0; i < 30; i++) {
        assertThat(proxy.exchange(TestRequest.get("/")).failure()).isEqualTo(Reason.UPSTREAM_RESET);
      }
      assertThat(sent).hasValue(RetryBudget.FLOOR);
      assertThat(refused).hasValue(30 - RetryBudget.FLOOR);
      assertThat(one.conversations()).hasSize(30 + RetryBudget.FLOOR);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
  void forward_idempotentReset_isSentToTheOther(String method) {
    try (RawUpstream bad = resetting();
        RawUpstream good = RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        ProxySetup proxy =
            Fleet.of(bad.port(), good.port()).roundRobin().retry(When.RESET).proxy()) {
      for (int i = 0; i < 4; i++) {
        assertThat(proxy.exchange(TestRequest.of(method, "/")).status()).isEqualTo(200);
      }
      assertThat(Fleet.requests(bad)).isEqualTo(2);
      assertThat(Fleet.requests(good)).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH", "get", "LOCK"})
  @DisplayName("what is not idempotent is never sent twice")
  void forward_notIdempotentReset_isSentOnce(String method) {
    try (RawUpstream bad = resetting();
        ProxySetup proxy =
            Fleet.of(bad.port(), bad.port())
                .retry(When.RESET, When.CONNECT_FAILURE, When.STATUS_503)
                .proxy()) {
      assertThat(proxy.exchange(TestRequest.of(method, "/")).failure())
          .isEqualTo(Reason.UPSTREAM_RESET);
      assertThat(Fleet.requests(bad)).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("a body of which something was taken is never sent twice, not even with PUT")
  void forward_bodyTaken_isSentOnce() {
    try (RawUpstream bad = resetting();
        RawUpstream good = RawUpstream.answering(OK);
        ProxySetup proxy =
            Fleet.of(bad.port(), good.port()).roundRobin().retry(When.RESET).proxy()) {
      int failures = 0;
      for (int i = 0; i < 2; i++) {
        RecordedResponse response = proxy.exchange(TestRequest.of("PUT", "/").whole("body"));
        failures += response.failure() == Reason.UPSTREAM_RESET ? 1 : 0;
      }
      assertThat(failures).isEqualTo(1);
      assertThat(Fleet.requests(bad)).isEqualTo(1);
      assertThat(Fleet.requests(good)).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("a POST that was never sent, since nobody listens, goes to the other with its body")
  void forward_postNotConnected_isSentToTheOther() {
    try (RawUpstream good = RawUpstream.answering(OK);
        ProxySetup proxy =
            Fleet.of(Fleet.deadPort(), good.port())
                .roundRobin()
                .retry(When.CONNECT_FAILURE)
                .proxy()) {
      for (int i = 0; i < 4; i++) {
        assertThat(proxy.exchange(TestRequest.of("POST", "/").whole("body")).body())
            .isEqualTo("ok");
      }
      assertThat(Fleet.requests(good)).isEqualTo(4);
      assertThat(good.conversation(0).received().split("\r\n\r\nbody", -1)).hasSize(5);
    }
  }

  @Test
  void forward_nobodyListens_isUnavailableAfterOneRetry() {
    try (ProxySetup proxy =
        Fleet.of(Fleet.deadPort(), Fleet.deadPort()).retry(When.CONNECT_FAILURE).proxy()) {
      assertThat(proxy.exchange(TestRequest.get("/")).failure())
          .isEqualTo(Reason.UPSTREAM_UNAVAILABLE);
      assertThat(proxy.forwarder.endpoints())
          .allSatisfy(view -> assertThat(view.lastError()).contains("refused"));
    }
  }

  @Test
  @DisplayName("a 503 set aside whole leaves its connection fit for another request")
  void forward_statusRetried_connectionIsKept() {
    try (RawUpstream bad = RawUpstream.answering(Fleet.DOWN);
        RawUpstream good = RawUpstream.answering(OK);
        ProxySetup proxy =
            Fleet.of(bad.port(), good.port()).roundRobin().retry(When.STATUS_503).proxy()) {
      for (int i = 0; i < 6; i++) {
        assertThat(proxy.exchange(TestRequest.get("/")).body()).isEqualTo("ok");
      }
      assertThat(Fleet.requests(bad)).isEqualTo(3);
      assertThat(bad.conversations()).hasSize(1);
      proxy.awaitIdle(2);
    }
  }

  @Test
  @DisplayName("a 503 whose body is still to come is set aside by closing its connection")
  void forward_longStatusRetried_connectionIsClosed() {
    String endless = "HTTP/1.1 503 Down\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ndown\r\n";
    try (RawUpstream bad =
            RawUpstream.start(conversation -> {
              conversation.readRequest();
              conversation.send(endless);
              conversation.readToEnd();
            });
        RawUpstream good = RawUpstream.answering(OK);
        ProxySetup proxy =
            Fleet.of(bad.port(), good.port()).roundRobin().retry(When.STATUS_503).proxy()) {
      for (int i = 0; i < 2; i++) {
        assertThat(proxy.exchange(TestRequest.get("/")).body()).isEqualTo("ok");
      }
      assertThat(Fleet.requests(bad)).isEqualTo(1);
      proxy.awaitIdle(1);
    }
  }

  @Test
  void forward_statusNotListed_isPassedOn() {
    try (RawUpstream bad = RawUpstream.answering(Fleet.DOWN);
        ProxySetup proxy = Fleet.of(bad.port(), bad.port()).retry(When.STATUS_502).proxy()) {
      RecordedResponse response = proxy.exchange(TestRequest.get("/"));
      assertThat(response.status()).isEqualTo(503);
      assertThat(response.body()).isEqualTo("down");
      assertThat(Fleet.requests(bad)).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("the last attempt's answer is the one to be given")
  void forward_everyAttemptAnswers503_isPassedOn() {
    try (RawUpstream bad = RawUpstream.answering(Fleet.DOWN);
        ProxySetup proxy = Fleet.of(bad.port()).retry(When.STATUS_503).proxy()) {
      assertThat(proxy.exchange(TestRequest.get("/")).status()).isEqualTo(503);
      assertThat(Fleet.requests(bad)).isEqualTo(2);
    }
  }
}
