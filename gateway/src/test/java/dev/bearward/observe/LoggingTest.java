package dev.bearward.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@Isolated
class LoggingTest {
  private static final Logger LOG = LoggerFactory.getLogger("dev.bearward.observe.Sample");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @AfterEach
  void restore() throws IOException {
    Logging.uninstall();
    LogManager.getLogManager().readConfiguration();
  }

  private String logged() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void install_aRecord_isOneLineOfTimeLevelLoggerMessage() {
    Logging.install(out, null);

    LOG.info("keys of {} changed", "auth0");

    assertThat(logged())
        .matches(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z INFO  observe.Sample: "
                + "keys of auth0 changed\n");
  }

  @Test
  @DisplayName("rules 12 and 186: a token in message, argument or exception is taken out")
  void install_aTokenInMessageOrException_isTakenOut() {
    Logging.install(out, "debug");

    LOG.warn("refused {}", Exchanges.TOKEN, new IllegalStateException("Bearer " + Exchanges.TOKEN));

    assertThat(logged()).contains("[redacted]").doesNotContain("eyJ").doesNotContain("dBjftJeZ");
  }

  @Test
  void install_lineBreaksInMessageAndException_forgeNoLine() {
    Logging.install(out, "info");

    LOG.warn(
        "path {}", "/a\r\n2026-01-01T00:00:00.000Z ERROR forged", cause("x\ny\u001b[31m\u2028z"));

    assertThat(logged().lines().filter(line -> !line.startsWith("\t"))).hasSize(1);
    assertThat(logged())
        .contains("/a\\u000d\\n2026")
        .contains("x\\ny\\u001b[31m\\u2028z")
        .contains("\n\t  at dev.bearward.observe.LoggingTest");
  }

  private static Exception cause(String message) {
    return new IllegalStateException("outer", new IOException(message));
  }

  @Test
  void install_warn_hidesInfo() {
    Logging.install(out, "WARN");

    LOG.info("hidden");
    LOG.warn("shown");

    assertThat(logged()).doesNotContain("hidden").contains("WARN  observe.Sample: shown");
  }

  @Test
  @DisplayName("rule 186: Netty's debug log, which shows bytes of connections, stays off")
  void install_trace_keepsNettyAtInfo() {
    Logging.install(out, "trace");

    LoggerFactory.getLogger("io.netty.handler.logging.LoggingHandler").debug("bytes");
    LOG.trace("ours");

    assertThat(logged()).doesNotContain("bytes").contains("TRACE observe.Sample: ours");
  }

  @Test
  void install_anUnknownLevel_isRefusedByName() {
    assertThatThrownBy(() -> Logging.install(out, "loud"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("BEARWARD_LOG_LEVEL: loud (expected: error, warn, info, debug or trace)");
  }

  @Test
  void install_twice_logsOnceToTheNewStream() {
    var second = new ByteArrayOutputStream();
    Logging.install(out, null);
    Logging.install(second, null);

    LOG.info("once");

    assertThat(logged()).isEmpty();
    assertThat(second.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
  }

  @Test
  void install_afterTheShutdownHookOfJavaLogging_stillLogs() {
    Logging.install(out, null);

    LogManager.getLogManager().reset();
    LOG.info("drained");

    assertThat(logged()).contains("drained");
  }
}
