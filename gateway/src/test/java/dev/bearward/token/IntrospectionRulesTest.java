package dev.bearward.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.TestIssuer;
import dev.bearward.token.TokenVerifier.Rejected;
import dev.bearward.token.TokenVerifier.Verification;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntrospectionRulesTest {
  private static final long NOW = 1_800_000_000L;
  private static final long NOW_MILLIS = NOW * 1000;
  private static final Duration KEPT = Duration.ofSeconds(60);

  private static final InstantSource CLOCK = () -> Instant.ofEpochSecond(NOW);

  private Settings settings = Settings.of(TestIssuer.simple().settings());

  private @Nullable Verification judge(String json) {
    return new IntrospectionRules(settings.build(), KEPT, Set.of(ClaimPath.of("role")), CLOCK)
        .judge(json.getBytes(StandardCharsets.UTF_8), NOW_MILLIS);
  }

  /** An active token's reply that is good, with those members too. */
  private @Nullable Verification active(String members) {
    return judge(
        "{\"active\":true,\"aud\":\"appointments:api\""
            + (members.isEmpty() ? "" : ",")
            + members
            + "}");
  }

  private static Reason reason(@Nullable Verification verification) {
    if (verification instanceof Rejected(Reason reason)) {
      return reason;
    }
    throw new AssertionError(verification);
  }

  private Verified verified(String members) {
    if (active(members) instanceof Verified good) {
      return good;
    }
    throw new AssertionError(members);
  }

  @Test
  @DisplayName(
      "rule 84: only the boolean true passes; whatever stands beside false is not looked at")
  void judge_active_isABoolean() {
    assertThat(active("")).isInstanceOf(Verified.class);
    assertThat(reason(judge("{\"active\":false}"))).isEqualTo(Reason.INACTIVE);
    assertThat(reason(judge("{\"active\":false,\"aud\":\"appointments:api\",\"sub\":\"a\"}")))
        .isEqualTo(Reason.INACTIVE);
    for (String other : List.of("\"true\"", "1", "null", "{}", "[true]", "\"false\"", "0")) {
      assertThat(judge("{\"active\":" + other + ",\"aud\":\"appointments:api\"}")).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"iss\":\"https://other.example/\" | UNKNOWN_ISSUER",
        "\"iss\":\"https://issuer.example\" | UNKNOWN_ISSUER",
        "\"exp\":1799999970 | EXPIRED",
        "\"exp\":0 | EXPIRED",
        "\"exp\":-1e30 | EXPIRED",
        "\"nbf\":1800000031 | NOT_YET_VALID",
        "\"iat\":1800000031 | NOT_YET_VALID",
        "\"token_type\":\"mac\" | WRONG_TYPE",
        "\"token_type\":\"refresh_token\" | WRONG_TYPE",
        "\"token_type\":\"N_A\" | WRONG_TYPE",
        "\"token_type\":7 | WRONG_TYPE",
        "\"token_type\":\"DPoP\" | BINDING_NOT_SUPPORTED",
        "\"token_use\":\"refresh_token\" | WRONG_TYPE",
        "\"token_use\":\"id\" | WRONG_TYPE",
        "\"typ\":\"Refresh\" | WRONG_TYPE",
        "\"typ\":\"ID\" | WRONG_TYPE",
        "\"events\":{} | WRONG_TYPE",
        "\"cnf\":{\"jkt\":\"x\"} | BINDING_NOT_SUPPORTED",
      })
  @DisplayName("rule 85: what else the reply says is checked too")
  void judge_activeButWrong_isRejected(String member, Reason reason) {
    assertThat(reason(active(member))).isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"iss\":\"https://issuer.example/\"",
        "\"exp\":1799999971",
        "\"exp\":1800000000.5",
        "\"nbf\":1800000030",
        "\"token_type\":\"Bearer\"",
        "\"token_type\":\"bearer\"",
        "\"token_type\":\"access_token\"",
        "\"token_use\":\"access_token\"",
        "\"token_use\":\"access\"",
        "\"typ\":\"Bearer\"",
        "\"username\":\"alice\",\"extra\":{\"deep\":[1,2,{}]}",
        "\"exp\":null,\"nbf\":null,\"iat\":null,\"iss\":null,\"token_type\":null,\"cnf\":null",
      })
  @DisplayName("rule 85: members left out, and those written as null, are no fault; aud apart")
  void judge_activeAndRight_isVerified(String members) {
    assertThat(active(members)).isInstanceOf(Verified.class);
  }

  @Test
  @DisplayName("rules 20, 179: aud must be there and name the API, exactly, as in a JWT")
  void judge_audience_isDemanded() {
    assertThat(reason(judge("{\"active\":true}"))).isEqualTo(Reason.MISSING_CLAIM);
    assertThat(reason(judge("{\"active\":true,\"aud\":null}"))).isEqualTo(Reason.MISSING_CLAIM);
    assertThat(reason(judge("{\"active\":true,\"aud\":[]}"))).isEqualTo(Reason.WRONG_AUDIENCE);
    assertThat(reason(judge("{\"active\":true,\"aud\":\"appointments:api/\"}")))
        .isEqualTo(Reason.WRONG_AUDIENCE);
    assertThat(judge("{\"active\":true,\"aud\":[\"a\",\"appointments:api\"]}"))
        .isInstanceOf(Verified.class);
    assertThat(judge("{\"active\":true,\"aud\":[1]}")).as("not an audience at all").isNull();
  }

  @Test
  @DisplayName(
      "rule 85: where answers have no aud, another claim is the audience if settings say so")
  void judge_audienceClaim_isTheAudience() {
    settings = settings.audienceClaim(ClaimPath.of("client_id")).audiences("spa");
    assertThat(judge("{\"active\":true,\"client_id\":\"spa\"}")).isInstanceOf(Verified.class);
    assertThat(reason(judge("{\"active\":true,\"client_id\":\"other\"}")))
        .isEqualTo(Reason.WRONG_AUDIENCE);
    assertThat(reason(judge("{\"active\":true,\"aud\":\"spa\"}"))).isEqualTo(Reason.MISSING_CLAIM);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"exp\":\"1900000000\"",
        "\"exp\":true",
        "\"sub\":{}",
        "\"iss\":[]",
        "\"sub\":\"a\",\"sub\":\"b\"",
        "\"role\":\"\\ud800\"",
        "\"exp\":1e999999999999",
      })
  @DisplayName("rules 36, 46, 87: a reply that breaks JSON's or a member's form is no answer")
  void judge_malformed_isNoAnswer(String member) {
    assertThat(active(member)).isNull();
  }

  @Test
  @DisplayName("rules 37, 60: the caps of tokens hold for replies")
  void judge_beyondTheCaps_isNoAnswer() {
    assertThat(active("\"a\":" + "[".repeat(40) + "]".repeat(40))).isNull();
    assertThat(active("\"a\":" + "1".repeat(200))).isNull();
    assertThat(judge("\uFEFF{\"active\":true,\"aud\":\"appointments:api\"}")).isNull();
    assertThat(judge("[{\"active\":true}]")).isNull();
    assertThat(judge("")).isNull();
  }

  @Test
  @DisplayName("rule 85: scope, client and claims of the reply become facts")
  void judge_active_showsFacts() {
    Verified token =
        verified(
            "\"sub\":\"alice\",\"client_id\":\"spa\",\"scope\":\"a b\",\"role\":\"editor\","
                + "\"exp\":1800000300");

    assertThat(token.issuer()).isEqualTo("test");
    assertThat(token.subject()).isEqualTo("alice");
    assertThat(token.clientId()).isEqualTo("spa");
    assertThat(token.audiences()).containsExactly("appointments:api");
    assertThat(token.scopes()).containsExactlyInAnyOrder("a", "b");
    assertThat(token.claim(ClaimPath.of("role"))).isEqualTo(new ClaimValue.Text("editor"));
    assertThat(token.expiresAtMillis()).isEqualTo(NOW_MILLIS + 300_000);
  }

  @Test
  @DisplayName("rule 86: it stands for as long as answers are kept, and never beyond exp")
  void judge_validity_endsWithExpOrTheCacheTime() {
    assertThat(verified("").validity().untilMillis()).isEqualTo(NOW_MILLIS + 60_000);
    assertThat(verified("\"exp\":1800000300").validity().untilMillis())
        .isEqualTo(NOW_MILLIS + 60_000);
    assertThat(verified("\"exp\":1800000010").validity().untilMillis())
        .isEqualTo(NOW_MILLIS + 10_000);
    assertThat(verified("\"exp\":1799999990").validity().holdsAt(NOW_MILLIS))
        .as("within the leeway, but not kept")
        .isFalse();
    settings = settings.maxTokenAge(Duration.ofSeconds(20)).clockSkew(Duration.ZERO);
    assertThat(verified("\"iat\":1799999990").validity().untilMillis())
        .isEqualTo(NOW_MILLIS + 10_001);
  }

  @Test
  @DisplayName("rule 157: what lasts ends with the token, not with what is remembered of it")
  void judge_end_isExpAndNotTheCacheTime() {
    assertThat(verified("\"exp\":1800000300").goodUntilMillis()).isEqualTo(NOW_MILLIS + 300_000);
    assertThat(verified("").goodUntilMillis())
        .as("without an end, for ages")
        .isGreaterThan(NOW_MILLIS * 100);
  }

  @Test
  @DisplayName("rule 85: the issuer's own conditions hold: requireClaims, maxTokenAge, maxLifetime")
  void judge_conditionsOfTheIssuer_hold() {
    settings =
        settings.requireClaims(
            new ClaimCondition.Equals(ClaimPath.of("tenant"), new ClaimValue.Text("a")));
    assertThat(reason(active(""))).isEqualTo(Reason.MISSING_CLAIM);
    assertThat(reason(active("\"tenant\":\"b\""))).isEqualTo(Reason.CLAIM_MISMATCH);
    assertThat(active("\"tenant\":\"a\"")).isInstanceOf(Verified.class);

    settings = settings.requireClaims().maxTokenAge(Duration.ofMinutes(1));
    assertThat(reason(active(""))).isEqualTo(Reason.MISSING_CLAIM);
    assertThat(reason(active("\"iat\":1799999900"))).isEqualTo(Reason.TOO_OLD);
    assertThat(active("\"iat\":1799999950")).isInstanceOf(Verified.class);

    settings = settings.maxTokenAge(null).maxLifetime(Duration.ofMinutes(1));
    assertThat(reason(active("\"iat\":1800000000"))).isEqualTo(Reason.TOO_LONG_LIVED);
    assertThat(active("\"iat\":1800000000,\"exp\":1800000060")).isInstanceOf(Verified.class);
  }

  @Test
  @DisplayName("the profile of JWTs asks nothing of replies")
  void judge_jwtProfile_doesNotMatter() {
    settings = settings.profile(IssuerSettings.Profile.RFC9068);

    assertThat(active("")).isInstanceOf(Verified.class);
  }
}
