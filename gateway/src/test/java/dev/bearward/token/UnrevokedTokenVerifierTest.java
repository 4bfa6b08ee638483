package dev.bearward.token;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.TestHeaders;
import dev.bearward.testing.TestIssuer;
import dev.bearward.token.BearerCredentials.Token;
import dev.bearward.token.Revocation.By;
import dev.bearward.token.TokenVerifier.Later;
import dev.bearward.token.TokenVerifier.Rejected;
import dev.bearward.token.TokenVerifier.Unavailable;
import dev.bearward.token.TokenVerifier.Verification;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UnrevokedTokenVerifierTest {
  private static final Rejected REVOKED = new Rejected(Reason.REVOKED);

  private final InstantSource clock = InstantSource.system();
  private final Instant end = clock.instant().plusSeconds(3600);
  private final TestIssuer issuer = TestIssuer.simple();
  private final RevocationIndex index = new RevocationIndex(10, clock);

  private UnrevokedTokenVerifier around(TokenVerifier verifier) {
    return new UnrevokedTokenVerifier(verifier, new InMemoryOnly(index));
  }

  private CachedTokenVerifier cached() {
    var plain =
        new JwtVerifier(
            List.of(issuer.settings()), issuer.keySource(), new CryptoInUse(), Set.of(), clock);
    return new CachedTokenVerifier(
        plain, new TokenCacheSettings(1 << 20), TokenListener.NONE, clock, System::nanoTime);
  }

  private static Token credentials(String token) {
    return (Token)
        new BearerCredentials(16_384).read(TestHeaders.fixed("authorization", "Bearer " + token));
  }

  @Test
  @DisplayName("revocation: a token in the cache is refused at once, and so is a new one")
  void verify_revokedMeanwhile_rejects() {
    CachedTokenVerifier cache = cached();
    UnrevokedTokenVerifier verifier = around(cache);
    Token token = credentials(issuer.token().claim("jti", "one").sign());
    assertThat(verifier.recall(token)).isNull();
    assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
    assertThat(verifier.recall(token)).isInstanceOf(Verified.class);
    index.add(new Revocation(By.TOKEN_ID, "one", null, null, end));
    assertThat(verifier.recall(token)).isEqualTo(REVOKED);
    assertThat(verifier.verify(token)).isEqualTo(REVOKED);
    assertThat(verifier.verify(token.value())).isEqualTo(REVOKED);
    assertThat(cache.entries()).isEqualTo(1);
    String another = issuer.token().claim("jti", "one").claim("n", 2).sign();
    assertThat(verifier.verify(another)).isEqualTo(REVOKED);
    String good = issuer.token().claim("jti", "two").sign();
    assertThat(verifier.verify(good)).isInstanceOf(Verified.class);
  }

  @Test
  @DisplayName("revocation: what verification says of iat, sub and client is what is compared")
  void verify_bySubjectAndClient_readsTheClaims() {
    UnrevokedTokenVerifier verifier = around(cached());
    Instant second = Instant.ofEpochSecond(clock.instant().getEpochSecond() - 10);
    index.add(new Revocation(By.SUBJECT, "alice", "test", second, end));
    index.add(new Revocation(By.CLIENT, "batch", "test", second, end));
    assertThat(verifier.verify(issuer.token().issuedAt(second.minusSeconds(1)).sign()))
        .isEqualTo(REVOKED);
    assertThat(verifier.verify(issuer.token().issuedAt(second).sign()))
        .isInstanceOf(Verified.class);
    assertThat(verifier.verify(issuer.token().without("iat").sign())).isEqualTo(REVOKED);
    assertThat(verifier.verify(issuer.token().subject("bob").without("iat").sign()))
        .isInstanceOf(Verified.class);
    for (String claim : List.of("client_id", "azp")) {
      String token = issuer.token().subject("bob").without("iat").claim(claim, "batch").sign();
      assertThat(verifier.verify(token)).as(claim).isEqualTo(REVOKED);
    }
  }

  @Test
  @DisplayName("revocation: a verification that comes later is looked at as well")
  void verify_later_rejects() {
    index.add(new Revocation(By.SUBJECT, "alice", null, end, end));
    var stage = new CompletableFuture<Verification>();
    Verification found = around(_ -> new Later("test", stage)).verify("t");
    stage.complete(VerifiedTokens.alice().build());
    assertThat(((Later) found).verification().toCompletableFuture()).isCompletedWithValue(REVOKED);
  }

  @Test
  @DisplayName(
      "revocation: a route's own way to verify, such as asking the issuer, is looked at too")
  void verify_onRoute_rejects() {
    TokenVerifier ofTheRoute = _ -> VerifiedTokens.alice().build();
    TokenVerifier verifier =
        new TokenVerifier() {
          @Override
          public Verification verify(String token) {
            return new Rejected(Reason.TOKEN_MALFORMED);
          }

          @Override
          public TokenVerifier onRoute(Set<String> issuers) {
            return issuers.contains("test") ? ofTheRoute : this;
          }
        };
    TokenVerifier onRoute = around(verifier).onRoute(Set.of("test"));
    assertThat(onRoute.verify("opaque")).isInstanceOf(Verified.class);
    index.add(new Revocation(By.SUBJECT, "alice", "test", end, end));
    assertThat(onRoute.verify("opaque")).isEqualTo(REVOKED);
  }

  @Test
  @DisplayName("revocation: other outcomes stay as they are")
  void verify_otherOutcomes_stay() {
    for (Verification outcome :
        List.of(
            new Rejected(Reason.EXPIRED),
            new Unavailable(Reason.KEYS_UNAVAILABLE, Duration.ofSeconds(1)))) {
      assertThat(around(_ -> outcome).verify("t")).isSameAs(outcome);
    }
  }

  @Test
  @DisplayName("hot path: a known token that is looked up among revoked ones allocates little")
  void recall_knownToken_allocatesLittle() {
    CachedTokenVerifier cache = cached();
    UnrevokedTokenVerifier verifier = around(cache);
    for (String other : List.of("one", "two", "three")) {
      index.add(new Revocation(By.TOKEN_ID, other, null, null, end));
      index.add(new Revocation(By.SUBJECT, other, "test", end, end));
    }
    Token token = credentials(issuer.token().claim("jti", "mine").sign());
    assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    int rounds = 20_000;
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 5; attempt++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < rounds; i++) {
        if (!(verifier.recall(token) instanceof Verified)) {
          throw new AssertionError("not known");
        }
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least / rounds).isLessThanOrEqualTo(32);
  }

  private record InMemoryOnly(RevocationIndex index) implements Revocations {
    @Override
    public boolean deny(Verified token) {
      return index.deny(token);
    }

    @Override
    public CompletionStage<Added> add(Revocation revocation) {
      @Nullable Revocation inForce = index.add(revocation);
      return CompletableFuture.completedStage(new Durable(requireNonNull(inForce)));
    }

    @Override
    public List<Revocation> all() {
      return index.all();
    }
  }
}
