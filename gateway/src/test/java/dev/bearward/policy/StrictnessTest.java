package dev.bearward.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.policy.Requirement.Open;
import dev.bearward.policy.Requirement.Token;
import dev.bearward.token.ClaimCondition;
import dev.bearward.token.ClaimCondition.Contains;
import dev.bearward.token.ClaimCondition.Equals;
import dev.bearward.token.ClaimCondition.In;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.ClaimValue;
import dev.bearward.token.Verified;
import dev.bearward.token.VerifiedTokens;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StrictnessTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final ClaimPath CLAIM = ClaimPath.of("c");
  private static final List<ClaimValue> VALUES =
      List.of(new ClaimValue.Text("u"), new ClaimValue.Text("v"), new ClaimValue.Bool(true));

  private static Token token(
      Set<String> issuers, Set<String> audiences, List<String> all, List<String> any) {
    return new Token(issuers, audiences, all, any, List.of());
  }

  private static Token claims(ClaimCondition... claims) {
    return new Token(Set.of(), Set.of(), List.of(), List.of(), List.of(claims));
  }

  private static void stricter(Requirement strict, Requirement loose) {
    assertThat(strict.demandsAtLeast(loose)).isTrue();
    assertThat(loose.demandsAtLeast(strict)).isFalse();
  }

  private static void incomparable(Requirement one, Requirement other) {
    assertThat(one.demandsAtLeast(other)).isFalse();
    assertThat(other.demandsAtLeast(one)).isFalse();
  }

  @Test
  void demandsAtLeast_openAgainstToken_tokenIsStricter() {
    stricter(token(Set.of(), Set.of(), List.of(), List.of()), new Open());
    assertThat(new Open().demandsAtLeast(new Open())).isTrue();
  }

  @Test
  void demandsAtLeast_moreDemands_isStricter() {
    Token none = token(Set.of(), Set.of(), List.of(), List.of());
    stricter(token(Set.of("i"), Set.of(), List.of(), List.of()), none);
    stricter(token(Set.of(), Set.of("a"), List.of(), List.of()), none);
    stricter(token(Set.of(), Set.of(), List.of("s"), List.of()), none);
    stricter(token(Set.of(), Set.of(), List.of(), List.of("s", "t")), none);
    stricter(claims(new Equals(CLAIM, VALUES.getFirst())), none);
  }

  @Test
  void demandsAtLeast_fewerChoices_isStricter() {
    stricter(
        token(Set.of("i"), Set.of(), List.of(), List.of()),
        token(Set.of("i", "j"), Set.of(), List.of(), List.of()));
    stricter(
        token(Set.of(), Set.of(), List.of(), List.of("s")),
        token(Set.of(), Set.of(), List.of(), List.of("s", "t")));
    stricter(
        token(Set.of(), Set.of(), List.of("s"), List.of()),
        token(Set.of(), Set.of(), List.of(), List.of("s", "t")));
    stricter(claims(new Equals(CLAIM, VALUES.get(0))), claims(new In(CLAIM, VALUES)));
    stricter(claims(new In(CLAIM, VALUES.subList(0, 2))), claims(new In(CLAIM, VALUES)));
  }

  private static Token acr(@Nullable Duration maxAge, String... values) {
    var stepUp = new StepUp(List.of(values), maxAge);
    return new Token(Set.of(), Set.of(), List.of(), List.of(), List.of(), stepUp);
  }

  @Test
  void demandsAtLeast_authentication_isCompared() {
    Duration quarter = Duration.ofMinutes(15);
    stricter(acr(null, "a"), token(Set.of(), Set.of(), List.of(), List.of()));
    stricter(acr(quarter), token(Set.of(), Set.of(), List.of(), List.of()));
    stricter(acr(null, "a"), acr(null, "a", "b"));
    stricter(acr(quarter), acr(Duration.ofMinutes(16)));
    stricter(acr(quarter, "a"), acr(null, "a"));
    stricter(acr(quarter, "a"), acr(quarter));
    incomparable(acr(quarter), acr(null, "a"));
    incomparable(acr(null, "a"), acr(null, "b"));
    assertThat(acr(null, "a", "b").demandsAtLeast(acr(null, "b", "a"))).isTrue();
  }

  @Test
  void demandsAtLeast_sameInOtherWords_holdsBothWays() {
    Token any = token(Set.of(), Set.of(), List.of(), List.of("s"));
    Token all = token(Set.of(), Set.of(), List.of("s"), List.of());
    assertThat(any.demandsAtLeast(all)).isTrue();
    assertThat(all.demandsAtLeast(any)).isTrue();
    Token in = claims(new In(CLAIM, VALUES.subList(0, 1)));
    Token equals = claims(new Equals(CLAIM, VALUES.getFirst()));
    assertThat(in.demandsAtLeast(equals)).isTrue();
    assertThat(equals.demandsAtLeast(in)).isTrue();
  }

  @Test
  void demandsAtLeast_otherDemands_isIncomparable() {
    incomparable(
        token(Set.of(), Set.of(), List.of("read"), List.of()),
        token(Set.of(), Set.of(), List.of("write"), List.of()));
    incomparable(
        claims(new Equals(CLAIM, VALUES.get(0))), claims(new Contains(CLAIM, VALUES.get(0))));
    incomparable(claims(new In(CLAIM, VALUES)), claims(new Contains(CLAIM, VALUES.get(0))));
    incomparable(
        claims(new Equals(CLAIM, VALUES.get(0))),
        claims(new Equals(ClaimPath.of("d"), VALUES.get(0))));
  }

  @Test
  void demandsAtLeast_randomRequirements_neverClaimsWhatATokenDisproves() {
    var random = new Random(7);
    int claimed = 0;
    for (int round = 0; round < 20_000; round++) {
      Token one = randomRequirement(random);
      Token other = randomRequirement(random);
      if (one.demandsAtLeast(other)) {
        claimed++;
        for (int i = 0; i < 10; i++) {
          Verified token = randomToken(random);
          if (one.judge(token, CLOCK) instanceof Verdict.Met) {
            assertThat(other.judge(token, CLOCK)).as("%s ≥ %s", one, other).isEqualTo(Verdict.MET);
          }
        }
      }
      assertThat(one.demandsAtLeast(one)).isTrue();
    }
    assertThat(claimed).isGreaterThan(1_000);
  }

  private static Token randomRequirement(Random random) {
    List<ClaimCondition> conditions =
        List.of(
            new Equals(CLAIM, VALUES.get(random.nextInt(3))),
            new In(CLAIM, some(random, VALUES)),
            new Contains(CLAIM, VALUES.get(random.nextInt(3))));
    return new Token(
        new HashSet<>(rarely(random, List.of("i", "j"))),
        new HashSet<>(rarely(random, List.of("x", "y"))),
        rarely(random, List.of("r", "s", "t")),
        rarely(random, List.of("r", "s", "t")),
        rarely(random, conditions),
        randomStepUp(random));
  }

  private static @Nullable StepUp randomStepUp(Random random) {
    List<String> values = rarely(random, List.of("m", "n"));
    Duration maxAge = random.nextInt(4) == 0 ? Duration.ofSeconds(1 + random.nextInt(3)) : null;
    return values.isEmpty() && maxAge == null ? null : new StepUp(values, maxAge);
  }

  private static Verified randomToken(Random random) {
    ClaimValue claim =
        random.nextBoolean()
            ? VALUES.get(random.nextInt(3))
            : new ClaimValue.Array(some(random, VALUES));
    return VerifiedTokens.alice()
        .issuer(random.nextBoolean() ? "i" : "j")
        .audiences(some(random, List.of("x", "y")).toArray(String[]::new))
        .scopes(some(random, List.of("r", "s", "t")).toArray(String[]::new))
        .claim(CLAIM, claim)
        .claim("acr", random.nextBoolean() ? "m" : "n")
        .claim(
            ClaimPath.of("auth_time"),
            new ClaimValue.Numeric(BigDecimal.valueOf(NOW.getEpochSecond() - random.nextInt(4))))
        .build();
  }

  private static <T> List<T> rarely(Random random, List<T> from) {
    return random.nextInt(3) > 0 ? List.of() : some(random, from);
  }

  private static <T> List<T> some(Random random, List<T> from) {
    var some = new ArrayList<T>();
    for (T item : from) {
      if (random.nextBoolean()) {
        some.add(item);
      }
    }
    return some;
  }
}
