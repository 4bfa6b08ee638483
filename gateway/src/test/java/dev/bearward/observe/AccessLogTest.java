package dev.bearward.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.bearward.access.ObservedDecisions;
import dev.bearward.http.Reason;
import dev.bearward.server.Outcome;
import dev.bearward.testing.Eventually;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.ClaimValue;
import dev.bearward.token.Verified;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class AccessLogTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-22T02:59:38.007Z"));
  private static final ClaimPath ROLES = ClaimPath.of("https://foo.com/roles");
  private static final ClaimPath NESTED = new ClaimPath(List.of("realm_access", "level"));

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private String lines(AccessLogSettings.Format format, Outcome... outcomes) {
    var settings = new AccessLogSettings(format, List.of(ROLES, NESTED));
    try (AccessLog log = AccessLog.open(settings, out, CLOCK)) {
      for (Outcome outcome : outcomes) {
        log.finished(outcome);
      }
    }
    return out.toString(StandardCharsets.US_ASCII);
  }

  private Map<String, Object> json(Outcome outcome) {
    return parsed(lines(AccessLogSettings.Format.JSON, outcome));
  }

  private static Map<String, Object> parsed(String line) {
    assertThat(line).endsWith("\n").hasLineCount(1);
    try {
      return JSONObjectUtils.parse(line);
    } catch (ParseException e) {
      throw new AssertionError(line, e);
    }
  }

  private static Verified alice() {
    return Exchanges.caller(
        "alice",
        Map.of(
            ROLES,
            new ClaimValue.Array(List.of(new ClaimValue.Text("editor"), new ClaimValue.Null())),
            NESTED,
            new ClaimValue.Numeric(new BigDecimal("3"))));
  }

  @Test
  void finished_jsonPermit_hasEveryField() {
    var permit = Exchanges.permit(Exchanges.ROUTE, alice());

    assertThat(lines(AccessLogSettings.Format.JSON, Exchanges.answered(permit, 200)))
        .isEqualTo(
            """
            {"time":"2026-11-22T02:59:38.007Z","requestId":"id-1","client":"127.0.0.1",\
            "method":"GET","host":"api.test","path":"/appointments/7","route":"read",\
            "status":200,"issuer":"main","subject":"alice","clientId":"spa",\
            "claim.https://foo.com/roles":["editor",null],"claim.[realm_access, level]":3,\
            "bytesIn":12,"bytesOut":3456,"durationMs":2.345,\
            "upstream":"appointments","upstreamMs":1.234}
            """);
  }

  @Test
  void finished_textPermit_hasTheSameFields() {
    var permit = Exchanges.permit(Exchanges.ROUTE, alice());

    assertThat(lines(AccessLogSettings.Format.TEXT, Exchanges.answered(permit, 200)))
        .isEqualTo(
            """
            2026-11-22T02:59:38.007Z requestId=id-1 client=127.0.0.1 method=GET host=api.test \
            path=/appointments/7 route=read status=200 issuer=main subject=alice clientId=spa \
            claim.https://foo.com/roles="[\\"editor\\",null]" claim.[realm_access,_level]=3 \
            bytesIn=12 bytesOut=3456 durationMs=2.345 upstream=appointments upstreamMs=1.234
            """);
  }

  @Test
  void finished_denialAfterVerification_namesReasonAndCaller() {
    var denial =
        ObservedDecisions.denial(
            Exchanges.head("/x"), Exchanges.ROUTE, alice(), Reason.INSUFFICIENT_SCOPE);

    assertThat(json(Exchanges.refused(denial, Reason.INSUFFICIENT_SCOPE)))
        .containsEntry("status", 403L)
        .containsEntry("reason", "insufficient_scope")
        .containsEntry("subject", "alice")
        .containsEntry("route", "read")
        .doesNotContainKeys("upstream", "upstreamMs");
  }

  @Test
  void finished_clientLeftBeforeADecision_hasNeitherRouteNorStatus() {
    assertThat(json(Exchanges.outcome(null, "/x", 0, null)))
        .doesNotContainKeys("route", "status", "subject", "reason", "upstream")
        .containsEntry("path", "/x");
  }

  @Test
  void finished_brokenOffResponse_saysSo() {
    var whole = Exchanges.answered(Exchanges.permit(Exchanges.ROUTE, null), 200);
    var broken =
        new Outcome(
            whole.decision(),
            "GET",
            "h",
            "/",
            200,
            null,
            false,
            0,
            1,
            1,
            1,
            null,
            "i",
            whole.peer());

    assertThat(json(broken)).containsEntry("complete", false);
  }

  @Test
  void refused_withoutAHead_namesReasonAndClient() {
    var settings = new AccessLogSettings(AccessLogSettings.Format.JSON, List.of());
    try (AccessLog log = AccessLog.open(settings, out, CLOCK)) {
      log.refused(Exchanges.peer(), Reason.BAD_REQUEST, "id-2");
      log.refused(Exchanges.peer(), Reason.OVERLOADED, "id-3");
    }

    assertThat(out.toString(StandardCharsets.US_ASCII))
        .isEqualTo(
            """
            {"time":"2026-11-22T02:59:38.007Z","requestId":"id-2","client":"127.0.0.1",\
            "status":400,"reason":"bad_request"}
            {"time":"2026-11-22T02:59:38.007Z","requestId":"id-3","client":"127.0.0.1",\
            "reason":"overloaded"}
            """);
  }

  @Test
  void finished_disabled_writesNothing() {
    var outcome = Exchanges.answered(Exchanges.permit(Exchanges.ROUTE, null), 200);

    assertThat(lines(AccessLogSettings.Format.DISABLED, outcome)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"JSON", "TEXT"})
  @DisplayName("rules 12 and 186: a token anywhere in a request never gets into the log")
  void finished_aTokenInEveryField_isTakenOut(AccessLogSettings.Format format) {
    String token = Exchanges.TOKEN;
    var identity =
        Exchanges.caller(
            token,
            Map.of(
                ROLES,
                new ClaimValue.Members(Map.of(token, new ClaimValue.Text("Bearer " + token)))));
    var outcome =
        new Outcome(
            Exchanges.permit(Exchanges.ROUTE, identity),
            token,
            token,
            "/callback/" + token,
            200,
            null,
            true,
            0,
            0,
            0,
            0,
            null,
            "id " + token,
            Exchanges.peer());

    assertThat(lines(format, outcome))
        .contains("[redacted]")
        .doesNotContain("eyJ")
        .doesNotContain("dBjftJeZ4CVP");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\nb",
        "a\r\n{\"time\":\"forged\"}",
        "quote\" and \\ backslash",
        "\u0000\u0001\u001f\u007f\u0085\u009b31m\u2028\u2029\u202e",
        "Zoë Größe 日本 \ud83d\ude00",
        "",
        " = "
      })
  void finished_anySubject_isOneLineThatReadsBackAsSent(String subject) {
    var permit = Exchanges.permit(Exchanges.ROUTE, Exchanges.caller(subject, Map.of()));

    String line = lines(AccessLogSettings.Format.JSON, Exchanges.answered(permit, 200));

    assertThat(parsed(line)).containsEntry("subject", subject);
    assertThat(line.strip().chars()).allMatch(c -> c >= 0x20 && c < 0x7f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb c=d", "x status=200 reason=none", "\"", "\u001b[2J", ""})
  void finished_anySubjectAsText_forgesNeitherLineNorField(String subject) {
    var permit = Exchanges.permit(Exchanges.ROUTE, Exchanges.caller(subject, Map.of()));

    String line = lines(AccessLogSettings.Format.TEXT, Exchanges.answered(permit, 403));

    assertThat(line).hasLineCount(1).contains(" status=403 ");
    assertThat(line.replaceAll("\"(?:[^\"\\\\]|\\\\.)*\"", "quoted"))
        .contains("subject=quoted")
        .doesNotContain("status=200");
  }

  @Test
  void finished_halfASurrogatePair_isReplaced() {
    var permit = Exchanges.permit(Exchanges.ROUTE, Exchanges.caller("a\ud800b", Map.of()));

    assertThat(json(Exchanges.answered(permit, 200))).containsEntry("subject", "a\ufffdb");
  }

  @Test
  void finished_aLongValue_isCut() {
    String path = "/" + "x".repeat(5_000);

    assertThat(json(Exchanges.outcome(null, path, 404, Reason.NO_ROUTE)).get("path"))
        .isEqualTo(path.substring(0, Line.MAX_VALUE) + "...");
  }

  @Test
  void finished_aReaderThatDoesNotRead_blocksNobodyAndDropsAreCounted() throws Exception {
    var released = new CountDownLatch(1);
    var entered = new CountDownLatch(1);
    var slow =
        new OutputStream() {
          @Override
          public void write(int octet) {
            throw new AssertionError("lines are written together");
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            entered.countDown();
            try {
              assertThat(released.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            out.write(bytes, offset, length);
          }
        };
    var settings = new AccessLogSettings(AccessLogSettings.Format.JSON, List.of());
    var writer = new LineWriter(slow, 4 * 1024);
    var outcome = Exchanges.answered(Exchanges.permit(Exchanges.ROUTE, null), 200);
    try (AccessLog log = new AccessLog(settings, writer, CLOCK)) {
      writer.start();
      log.finished(outcome);
      assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();

      for (int i = 0; i < 1_000; i++) {
        log.finished(outcome);
      }

      assertThat(log.dropped()).isBetween(900L, 999L);
      released.countDown();
    }
    long written = out.toString(StandardCharsets.US_ASCII).lines().count();
    assertThat(written + writer.dropped()).isEqualTo(1_001);
  }

  @Test
  void finished_aBrokenStream_countsItsLinesAsDroppedAndGoesOn() {
    var broken =
        new OutputStream() {
          @Override
          public void write(int octet) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    var settings = new AccessLogSettings(AccessLogSettings.Format.JSON, List.of());
    var outcome = Exchanges.answered(Exchanges.permit(Exchanges.ROUTE, null), 200);
    try (AccessLog log = AccessLog.open(settings, broken, CLOCK)) {
      log.finished(outcome);
      Eventually.await("first drop", () -> log.dropped() == 1);
      log.finished(outcome);
      Eventually.await("second drop", () -> log.dropped() == 2);
    }
  }

  @Test
  void finished_manyThreads_everyLineIsWholeAndThere() throws Exception {
    var settings = new AccessLogSettings(AccessLogSettings.Format.JSON, List.of());
    var outcome = Exchanges.answered(Exchanges.permit(Exchanges.ROUTE, alice()), 200);
    var writer = new LineWriter(out, LineWriter.BUFFER_BYTES);
    try (AccessLog log = new AccessLog(settings, writer, CLOCK)) {
      writer.start();
      var threads = new ArrayList<Thread>();
      for (int t = 0; t < 4; t++) {
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  for (int i = 0; i < 1_000; i++) {
                    log.finished(outcome);
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    List<String> lines = out.toString(StandardCharsets.US_ASCII).lines().toList();
    assertThat(lines.size() + writer.dropped()).isEqualTo(4_000);
    assertThat(lines).isNotEmpty().allMatch(lines.getFirst()::equals);
  }

  @Test
  void finished_afterAPause_isWrittenWithoutAnotherLine() {
    var settings = new AccessLogSettings(AccessLogSettings.Format.JSON, List.of());
    var outcome = Exchanges.answered(Exchanges.permit(Exchanges.ROUTE, null), 200);
    try (AccessLog log = AccessLog.open(settings, out, CLOCK)) {
      for (int i = 1; i <= 3; i++) {
        int expected = i;
        log.finished(outcome);
        Eventually.await(
            "line " + i, () -> out.toString(StandardCharsets.US_ASCII).lines().count() == expected);
      }
    }
  }
}
