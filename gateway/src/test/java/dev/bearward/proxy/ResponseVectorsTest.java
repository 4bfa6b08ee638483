package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.MarkdownVectors;
import dev.bearward.testing.RawUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Response blocks of llhttp's own tests, sent by a raw upstream: the client's side sees a
 * well-formed response, a refusal or an abort, and the next exchange never sees what was left over.
 */
@Tag("vectors")
class ResponseVectorsTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final String MARK =
      "HTTP/1.1 200 OK\r\nX-Mark: second\r\nContent-Length: 2\r\n\r\nok";
  private static final Set<Reason> REFUSALS =
      Set.of(Reason.UPSTREAM_INVALID_RESPONSE, Reason.UPSTREAM_RESET, Reason.UPSTREAM_TIMEOUT);

  private static List<MarkdownVectors.Block> blocks() throws IOException {
    String folder = System.getProperty("bearward.vectors", "");
    assumeFalse(folder.isEmpty(), "bearward.vectors is not set: vectors are not checked");
    var blocks = new ArrayList<MarkdownVectors.Block>();
    for (String file :
        List.of(
            "connection",
            "content-length",
            "finish",
            "invalid",
            "lenient-version",
            "pausing",
            "pipelining",
            "sample",
            "transfer-encoding")) {
      blocks.addAll(
          MarkdownVectors.read(Path.of(folder, "llhttp", "test", "response", file + ".md")));
    }
    return blocks;
  }

  @Test
  @DisplayName("rules 113-115: whatever an upstream sends and closes is a response or a failure")
  void relay_everyVectorThenClose_isResponseOrFailure() throws IOException {
    int whole = 0;
    int failed = 0;
    for (MarkdownVectors.Block block : blocks()) {
      if (relay(block, true).failure() == null) {
        whole++;
      } else {
        failed++;
      }
    }
    assertThat(whole).isGreaterThan(20);
    assertThat(failed).isGreaterThan(30);
  }

  @Test
  @DisplayName("rule 182: nothing left over of any vector is taken for the next response")
  void relay_everyVectorThenNextRequest_isNotSmuggled() throws IOException {
    for (MarkdownVectors.Block block : blocks()) {
      relay(block, false);
    }
  }

  private static RecordedResponse relay(MarkdownVectors.Block block, boolean close) {
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              String request = conversation.readRequest();
              boolean first = request != null && request.startsWith("GET /first ");
              conversation.send(first ? block.text() : MARK);
              if (!first || !close) {
                while (conversation.readRequest() != null) {
                  conversation.send(MARK);
                }
              }
            });
        ProxySetup proxy =
            ProxySetup.before(
                ProxySetup.withTimeouts(
                    upstream.port(), LONG, close ? LONG : SHORT, close ? LONG : SHORT))) {
      RecordedResponse first = proxy.exchange(TestRequest.get("/first"));
      check(block, first);
      Eventually.await("at rest", () -> proxy.figures().active() == 0);
      RecordedResponse second = proxy.exchange(TestRequest.get("/second"));
      assertThat(second.failure()).as(block.toString()).isNull();
      assertThat(second.headers().get("X-Mark")).as(block.toString()).isEqualTo("second");
      assertThat(second.body()).as(block.toString()).isEqualTo("ok");
      return first;
    }
  }

  private static void check(MarkdownVectors.Block block, RecordedResponse response) {
    Reason failure = response.failure();
    if (failure != null) {
      assertThat(REFUSALS).as(block.toString()).contains(failure);
    }
    if (response.status() == 0) {
      return;
    }
    assertThat(response.status()).as(block.toString()).isBetween(200, 599);
    for (Map.Entry<String, String> field : response.headers()) {
      assertThat(field.getKey()).as(block.toString()).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
      assertThat(field.getValue()).as(block.toString()).doesNotContain("\r", "\n", "\0");
    }
    if (failure == null && response.length() >= 0) {
      assertThat(response.bodyBytes()).as(block.toString()).isIn(0L, response.length());
    }
  }
}
