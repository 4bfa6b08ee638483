package dev.bearward.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.token.Revocation.By;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RevocationIndexTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant END = NOW.plusSeconds(3600);

  private Instant now = NOW;
  private final RevocationIndex index = new RevocationIndex(3, () -> now);

  private static Revocation token(String jti) {
    return new Revocation(By.TOKEN_ID, jti, null, null, END);
  }

  private static Revocation subject(String name, @Nullable String issuer, Instant issuedBefore) {
    return new Revocation(By.SUBJECT, name, issuer, issuedBefore, END);
  }

  private static Verified alice(String jti, Instant issuedAt) {
    return VerifiedTokens.alice().tokenId(jti).issuedAt(issuedAt).build();
  }

  @Test
  @DisplayName("revocation: by jti exactly that token is denied")
  void deny_byTokenId_deniesThatOne() {
    assertThat(index.deny(alice("one", NOW))).isFalse();
    index.add(token("one"));
    assertThat(index.deny(alice("one", NOW))).isTrue();
    assertThat(index.deny(alice("One", NOW))).isFalse();
    assertThat(index.deny(alice("two", NOW))).isFalse();
    assertThat(index.deny(VerifiedTokens.alice().build())).isFalse();
    // A name counts for its own claim only.
    assertThat(index.deny(VerifiedTokens.alice().subject("one").clientId("one").build())).isFalse();
  }

  @Test
  @DisplayName("revocation: by subject the tokens issued before are denied, to the millisecond")
  void deny_bySubject_deniesOlderTokens() {
    index.add(subject("alice", null, NOW));
    assertThat(index.deny(alice("a", NOW.minusMillis(1)))).isTrue();
    assertThat(index.deny(alice("a", NOW))).isFalse();
    assertThat(index.deny(VerifiedTokens.alice().subject("bob").build())).isFalse();
    assertThat(index.deny(VerifiedTokens.alice().subject(null).build())).isFalse();
  }

  @Test
  @DisplayName("revocation: a token that does not say when it was issued was issued before")
  void deny_withoutIssuedAt_denies() {
    index.add(subject("alice", null, Instant.EPOCH));
    assertThat(index.deny(VerifiedTokens.alice().build())).isTrue();
  }

  @Test
  @DisplayName("revocation: by client the tokens issued before are denied")
  void deny_byClient_deniesOlderTokens() {
    index.add(new Revocation(By.CLIENT, "spa-client", null, NOW, END));
    assertThat(index.deny(alice("a", NOW.minusSeconds(1)))).isTrue();
    assertThat(index.deny(alice("a", NOW.plusSeconds(1)))).isFalse();
    assertThat(index.deny(VerifiedTokens.alice().clientId(null).build())).isFalse();
  }

  @Test
  @DisplayName("revocation: of one issuer, the same names of another stay good")
  void deny_ofOneIssuer_leavesOthers() {
    index.add(subject("alice", "test", NOW));
    assertThat(index.deny(VerifiedTokens.alice().build())).isTrue();
    assertThat(index.deny(VerifiedTokens.alice().issuer("other").build())).isFalse();
    index.add(subject("alice", null, NOW));
    assertThat(index.deny(VerifiedTokens.alice().issuer("other").build())).isTrue();
  }

  @Test
  @DisplayName("revocation: it outlives the token whose exp it ends with, by the largest leeway")
  void deny_afterItsEnd_holdsForTheLeeway() {
    index.add(token("one"));
    now = END.plus(Revocation.LEEWAY).minusMillis(1);
    assertThat(index.deny(alice("one", NOW))).isTrue();
    assertThat(index.all()).hasSize(1);
    now = END.plus(Revocation.LEEWAY);
    assertThat(index.deny(alice("one", NOW))).isFalse();
    assertThat(index.all()).isEmpty();
  }

  @Test
  @DisplayName("revocation: a second one of a name widens the first and never narrows it")
  void add_again_widens() {
    Instant later = NOW.plusSeconds(10);
    index.add(subject("alice", null, later));
    Revocation shorter = new Revocation(By.SUBJECT, "alice", null, NOW, END.plusSeconds(10));
    assertThat(index.add(shorter))
        .isEqualTo(new Revocation(By.SUBJECT, "alice", null, later, END.plusSeconds(10)));
    assertThat(index.add(subject("alice", null, NOW.minusSeconds(5))))
        .isEqualTo(index.all().getFirst());
    assertThat(index.all()).hasSize(1);
    assertThat(index.add(token("one"))).isEqualTo(token("one"));
    assertThat(index.add(token("one"))).isEqualTo(token("one"));
  }

  @Test
  @DisplayName("revocation: one that has ended is replaced and not widened")
  void add_afterTheEnd_beginsAnew() {
    index.add(subject("alice", null, NOW.plusSeconds(60)));
    now = END.plus(Duration.ofHours(1));
    Revocation next = new Revocation(By.SUBJECT, "alice", null, NOW, now.plusSeconds(60));
    assertThat(index.add(next)).isEqualTo(next);
  }

  @Test
  @DisplayName("revocation: a full index takes no more, and drops none that has not ended")
  void add_whenFull_isRefused() {
    index.add(token("1"));
    index.add(token("2"));
    index.add(subject("alice", "test", NOW));
    assertThat(index.add(token("3"))).isNull();
    assertThat(index.deny(alice("3", NOW))).isFalse();
    for (String known : new String[] {"1", "2"}) {
      assertThat(index.add(token(known))).isNotNull();
      assertThat(index.deny(alice(known, NOW))).isTrue();
    }
    now = END.plus(Revocation.LEEWAY);
    Revocation next = new Revocation(By.TOKEN_ID, "3", null, null, now.plusSeconds(1));
    assertThat(index.add(next)).isEqualTo(next);
    assertThat(index.all()).containsExactly(next);
  }

  @Test
  @DisplayName("style 9: names and times out of bounds are refused")
  void new_outOfBounds_throws() {
    assertRefused("jti: 0 characters", By.TOKEN_ID, "", null, END);
    assertRefused("sub: 1025 characters", By.SUBJECT, "x".repeat(1025), NOW, END);
    assertRefused("issuedBefore: null", By.SUBJECT, "x", null, END);
    assertRefused("issuedBefore: " + NOW, By.TOKEN_ID, "x", NOW, END);
    assertRefused("issuedBefore: +1", By.CLIENT, "x", Instant.MAX, END);
    assertRefused("expiresAt: -1", By.TOKEN_ID, "x", null, Instant.MIN);
  }

  private static void assertRefused(
      String message, By by, String name, @Nullable Instant issuedBefore, Instant end) {
    assertThatThrownBy(() -> new Revocation(by, name, null, issuedBefore, end))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  @DisplayName("hot path: looking up allocates nothing, whether anything is revoked or not")
  void deny_allocatesNothing() {
    Verified token = alice("one", NOW);
    assertThat(bytesEach(token)).isZero();
    index.add(token("two"));
    index.add(subject("bob", "test", NOW));
    assertThat(bytesEach(token)).isZero();
  }

  private long bytesEach(Verified token) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    int rounds = 20_000;
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 5; attempt++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < rounds; i++) {
        if (index.deny(token)) {
          throw new AssertionError("denied");
        }
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least / rounds;
  }
}
