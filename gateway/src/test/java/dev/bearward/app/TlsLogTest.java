package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the log says of failed handshakes. */
class TlsLogTest {
  private final Logger logger = Logger.getLogger("dev.bearward.tls");
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          lines.add(new SimpleFormatter().formatMessage(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void stop() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
  }

  @Test
  @DisplayName("one line in ten seconds, for the clients together and for each upstream by itself")
  void refused_often_isToldNowAndThen() {
    var now = new AtomicLong();
    var log = new TlsLog(now::get);
    for (int i = 0; i < 100; i++) {
      log.clientRefused("no TLS record");
      log.serverRefused("10.0.0.1:443", "expired");
      log.serverRefused("10.0.0.2:443", "other name");
    }
    assertThat(lines)
        .containsExactly(
            "TLS handshake of a client failed: no TLS record",
            "TLS handshake with upstream 10.0.0.1:443 failed: expired",
            "TLS handshake with upstream 10.0.0.2:443 failed: other name");
    now.addAndGet(Duration.ofSeconds(10).toNanos());
    log.clientRefused("bad certificate");
    assertThat(lines).hasSize(4);
    assertThat(lines.getLast())
        .isEqualTo("TLS handshake of a client failed: bad certificate (99 more before)");
  }
}
