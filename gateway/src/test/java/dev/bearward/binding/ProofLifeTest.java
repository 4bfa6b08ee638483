package dev.bearward.binding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.http.TestHeads;
import dev.bearward.testing.SteppedTime;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.testing.TestProof;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.BindingSettings;
import dev.bearward.token.BindingSettings.Demand;
import dev.bearward.token.CryptoInUse;
import dev.bearward.token.IssuerSettings;
import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.TestSettings;
import dev.bearward.token.Verified;
import dev.bearward.token.VerifiedTokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Proofs over a change of how old they may be. */
class ProofLifeTest {
  private static final String TOKEN = "an-access.token";
  private static final TestKey KEY = TestKey.generate(JwsAlgorithm.ES256, "client");
  private static final Verified ALICE =
      VerifiedTokens.alice().boundTo(TestProof.thumbprint(KEY), null).build();
  private static final Possession PROVEN = new Possession.Proven(null);
  private static final Possession USED = new Possession.Unproven(Reason.PROOF_INVALID, "jti", null);
  private static final Possession TOO_OLD =
      new Possession.Unproven(Reason.PROOF_INVALID, "iat", null);

  private final SteppedTime time = new SteppedTime();
  private final TestIssuer issuer = TestIssuer.simple();
  private final ReplayGuard used = new InMemoryReplayGuard(100, time, 1);
  private ProofLife life = ProofLife.of(aged(60));

  @AfterEach
  void stopTime() {
    time.close();
  }

  /** Proofs may be so many seconds old, and 30 besides. */
  private IssuerSettings aged(int seconds) {
    return TestSettings.bound(
        issuer.settings(),
        new BindingSettings(Demand.OPTIONAL, Demand.OPTIONAL, Duration.ofSeconds(seconds), false));
  }

  private ProofOfPossession change(int seconds) {
    life = life.next(aged(seconds), time.millis());
    return checks(seconds);
  }

  private ProofOfPossession checks(int seconds) {
    IssuerSettings settings = aged(seconds);
    return new ProofOfPossession(
        List.of(settings),
        Map.of(settings.name(), life),
        TestPossession.URL,
        used,
        new CryptoInUse(),
        new byte[32],
        time);
  }

  private String proof() {
    return TestProof.of(KEY, "GET", "https://api.example.com/api/7", TOKEN, time.instant()).sign();
  }

  private static Possession check(ProofOfPossession checks, String proof) {
    RequestHead head =
        TestHeads.head("GET", "h", "/api/7", "Authorization", "DPoP " + TOKEN, "DPoP", proof);
    var credentials = new BearerCredentials(1_000, _ -> false, true);
    return checks.check(head, (BearerCredentials.Token) credentials.read(head.headers()), ALICE);
  }

  private void pass(int seconds) {
    time.advance(Duration.ofSeconds(seconds));
  }

  @Test
  @DisplayName("regression, rule 75: a proof used before proofs may be older never passes again")
  void raised_proofUsedBefore_neverPassesAgain() {
    String proof = proof();
    assertThat(check(checks(60), proof)).isEqualTo(PROVEN);
    ProofOfPossession longer = change(600);
    for (int i = 0; i < 70; i++) {
      assertThat(check(longer, proof)).isIn(USED, TOO_OLD);
      pass(10);
    }
  }

  @Test
  @DisplayName("regression, rule 75: nor does one that the settings before took after the change")
  void raised_proofUsedMeanwhile_neverPassesAgain() {
    ProofOfPossession before = checks(60);
    ProofOfPossession longer = change(600);
    pass(50);
    String proof = proof();
    assertThat(check(before, proof)).isEqualTo(PROVEN);
    for (int i = 0; i < 70; i++) {
      assertThat(check(longer, proof)).isIn(USED, TOO_OLD);
      pass(10);
    }
  }

  @Test
  @DisplayName("raised: an unused proof of before has its former life, one of later the longer one")
  void raised_otherProofs_liveAsTheyShould() {
    String former = proof();
    ProofOfPossession longer = change(600);
    pass(91);
    assertThat(check(longer, former)).isEqualTo(TOO_OLD);
    String later = proof();
    pass(630);
    assertThat(check(longer, later)).isEqualTo(PROVEN);
    assertThat(check(longer, later)).isEqualTo(USED);
    assertThat(ProofLife.of(aged(600)).lifeMillis()).isEqualTo(630_000);
    String tooOld = proof();
    pass(631);
    assertThat(check(longer, tooOld)).isEqualTo(TOO_OLD);
  }

  @Test
  @DisplayName("regression, rule 75: raised twice, lowered and raised: the shortest life counts")
  void changedAgainAndAgain_proofUsedBefore_neverPassesAgain() {
    String proof = proof();
    assertThat(check(checks(60), proof)).isEqualTo(PROVEN);
    for (int seconds : new int[] {120, 30, 300, 600}) {
      ProofOfPossession changed = change(seconds);
      assertThat(check(changed, proof)).isIn(USED, TOO_OLD);
      pass(25);
    }
    ProofOfPossession last = checks(600);
    for (int i = 0; i < 70; i++) {
      assertThat(check(last, proof)).isIn(USED, TOO_OLD);
      pass(10);
    }
    assertThat(life.next(aged(600), time.millis())).isEqualTo(ProofLife.of(aged(600)));
  }

  @Test
  @DisplayName("lowered: what is too old now is refused, whenever it was made")
  void lowered_proofOfBefore_isTooOld() {
    String proof = proof();
    ProofOfPossession shorter = change(10);
    pass(41);
    assertThat(check(shorter, proof)).isEqualTo(TOO_OLD);
  }
}
