package dev.bearward.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.SteppedTime;
import dev.bearward.token.Revocation;
import dev.bearward.token.Revocation.By;
import dev.bearward.token.Revocations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RevocationDeskTest {
  private final SteppedTime time = new SteppedTime();
  private final Instant now = time.instant();
  private final LocalRevocations revocations = open();
  private final RevocationDesk desk =
      new RevocationDesk(revocations, Set.of("auth0", "batch"), time);

  private LocalRevocations open() {
    try {
      return LocalRevocations.open(
          new RevocationSettings(null), time, time, RevocationListener.NONE, 2);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private RevocationDesk.Reply revoke(String json) {
    return desk.revoke(json.getBytes(StandardCharsets.UTF_8)).toCompletableFuture().join();
  }

  private static RevocationDesk.Reply inMemory(Revocation revocation) {
    return new RevocationDesk.Handed(
        new Revocations.InMemory(revocation, "revocation.persist is not set"));
  }

  @Test
  @DisplayName("revocation: what the operator says is in force, and said to be not durable")
  void revoke_good_isInForce() {
    Instant end = now.plusSeconds(60);
    assertThat(revoke("{\"jti\":\"a\\u00e9\",\"expiresAt\":\"" + end + "\"}"))
        .isEqualTo(inMemory(new Revocation(By.TOKEN_ID, "aé", null, null, end)));
    String seconds =
        "{\"expiresAt\":%d,\"issuer\":\"auth0\",\"sub\":\"alice\",\"issuedBefore\":%d}"
            .formatted(end.getEpochSecond(), now.getEpochSecond());
    assertThat(revoke(seconds))
        .isEqualTo(inMemory(new Revocation(By.SUBJECT, "alice", "auth0", now, end)));
    assertThat(revocations.all()).hasSize(2);
    assertThat(revoke("{\"jti\":\"b\",\"expiresAt\":\"" + end + "\"}"))
        .isEqualTo(new RevocationDesk.Handed(new Revocations.Full(2)));
    assertThat(revocations.all()).hasSize(2);
  }

  @ParameterizedTest
  @DisplayName("revocation: anything else is refused, names the member, and revokes nothing")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[]                                   | body: no JSON object",
        "                                     | body: no JSON object",
        "{                                    | body: malformed",
        "{} {}                                | body: more than one JSON value",
        "{\"jti\":\"a\",\"jti\":\"b\"}        | body: malformed",
        "{}                                   | jti, sub, client_id: 0 of them",
        "{\"jti\":\"a\",\"sub\":\"b\",END}    | jti, sub, client_id: 2 of them",
        "{\"jti\":\"a\"}                      | expiresAt: missing",
        "{\"jti\":\"\",END}                   | jti: none (expected: a text",
        "{\"jti\":7,END}                      | jti: none (expected: a text",
        "{\"jti\":null,END}                   | jti: none (expected: a text",
        "{\"jti\":\"\\ud800\",END}            | jti: none (expected: a text",
        "{\"jti\":{\"a\":[1]},END}            | jti: none (expected: a text",
        "{\"sub\":\"a\",END}                  | issuedBefore: missing",
        "{\"client_id\":\"a\",END}            | issuedBefore: missing",
        "{\"jti\":\"a\",\"issuedBefore\":1,END} | issuedBefore: a time (expected: with sub",
        "{\"jti\":\"a\",\"iss\":\"x\",END}    | iss: unknown (expected: jti",
        "{\"jti\":\"a\",\"issuer\":\"x\",END} | issuer: x (expected: the name of a configured issuer: auth0, batch)",
        "{\"jti\":\"a\",\"expiresAt\":\"soon\"} | expiresAt: none (expected: a time",
        "{\"jti\":\"a\",\"expiresAt\":1.5}    | expiresAt: none (expected: a time",
        "{\"jti\":\"a\",\"expiresAt\":true}   | expiresAt: none (expected: a time",
        "{\"jti\":\"a\",\"expiresAt\":99999999999999999999} | expiresAt: none (expected: a time",
        "{\"jti\":\"a\",\"expiresAt\":1767225600000} | expiresAt: +57971",
        "{\"jti\":\"a\",\"expiresAt\":\"2026-01-01T00:00:00Z\"} | expiresAt: 2026-01-01T00:00:00Z (expected: a time to come",
        "{\"jti\":\"a\",\"expiresAt\":\"2036-01-01T00:00:00Z\"} | expiresAt: 2036-01-01T00:00:00Z (expected: a time to come",
        "{\"sub\":\"a\",\"issuedBefore\":\"2026-01-01T00:02:00Z\",END} | issuedBefore: 2026-01-01T00:02:00Z (expected: not after",
      })
  void revoke_bad_isRefused(String json, String problem) {
    String body = json == null ? "" : json.replace("END", "\"expiresAt\":\"2026-01-01T00:01:00Z\"");
    assertThat(revoke(body))
        .isInstanceOfSatisfying(
            RevocationDesk.Refused.class,
            refused -> assertThat(refused.problem()).startsWith(problem));
    assertThat(revocations.all()).isEmpty();
  }

  @Test
  @DisplayName("revocation: a body that is not UTF-8 is refused")
  void revoke_notUtf8_isRefused() {
    byte[] json = "{\"jti\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(desk.revoke(json).toCompletableFuture().join())
        .isInstanceOfSatisfying(
            RevocationDesk.Refused.class,
            refused -> assertThat(refused.problem()).startsWith("body: malformed"));
  }
}
