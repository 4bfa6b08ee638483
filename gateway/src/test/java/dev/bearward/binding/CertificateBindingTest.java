package dev.bearward.binding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.http.TestHeads;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.testing.TestProof;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.BindingSettings;
import dev.bearward.token.BindingSettings.Demand;
import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.TestSettings;
import dev.bearward.token.Verified;
import dev.bearward.token.VerifiedTokens;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CertificateBindingTest {
  private static final String SHOWN = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";
  private static final String OTHER = "B4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";

  private final InstantSource clock = InstantSource.system();
  private final ProofOfPossession checks =
      TestPossession.of(
          clock,
          TestSettings.bound(
              TestIssuer.simple().settings(),
              new BindingSettings(
                  Demand.OPTIONAL, Demand.OPTIONAL, Duration.ofSeconds(60), false)));

  private Possession check(Verified identity, @Nullable String certificate, String... fields) {
    RequestHead plain = TestHeads.head("GET", "h", "/a", fields);
    RequestHead head =
        new RequestHead(
            plain.method(),
            plain.path(),
            null,
            plain.authority(),
            plain.headers(),
            new Peer(InetAddress.getLoopbackAddress(), true, certificate),
            plain.requestId());
    var credentials = new BearerCredentials(1_000, _ -> false, true).read(head.headers());
    return checks.check(head, (BearerCredentials.Token) credentials, identity);
  }

  private static final Possession MISSING =
      new Possession.Unproven(Reason.PROOF_MISSING, "certificate", null);

  @Test
  @DisplayName("rule 78: a token bound to a certificate passes with that certificate alone")
  void check_boundToCertificate_needsIt() {
    Verified bound = VerifiedTokens.alice().boundTo(null, SHOWN).build();
    String[] bearer = {"Authorization", "Bearer t"};
    assertThat(check(bound, SHOWN, bearer)).isEqualTo(new Possession.Proven(null));
    assertThat(check(bound, OTHER, bearer)).isEqualTo(MISSING);
    assertThat(check(bound, null, bearer)).isEqualTo(MISSING);
    assertThat(check(bound, "", bearer)).isEqualTo(MISSING);
    assertThat(check(bound, SHOWN + "=", bearer)).isEqualTo(MISSING);
  }

  @Test
  @DisplayName("rule 79: the request's own word on its certificate counts for nothing")
  void check_certificateInHeader_isIgnored() {
    Verified bound = VerifiedTokens.alice().boundTo(null, SHOWN).build();
    assertThat(check(bound, null, "Authorization", "Bearer t", "Client-Cert", ":AAAA:"))
        .isEqualTo(MISSING);
  }

  @Test
  @DisplayName("rules 69, 78: a token bound to a certificate and a key needs both")
  void check_boundToBoth_needsBoth() {
    TestKey key = TestKey.generate(JwsAlgorithm.ES256, "k");
    Verified bound = VerifiedTokens.alice().boundTo(TestProof.thumbprint(key), SHOWN).build();
    String uri = TestPossession.URL + "/a";
    String proof = TestProof.of(key, "GET", uri, "t", clock.instant()).sign();
    String[] proving = {"Authorization", "DPoP t", "DPoP", proof};
    assertThat(check(bound, null, proving)).isEqualTo(MISSING);
    assertThat(check(bound, SHOWN, "Authorization", "DPoP t"))
        .isEqualTo(new Possession.Unproven(Reason.PROOF_MISSING, "DPoP", null));
    assertThat(check(bound, SHOWN, "Authorization", "Bearer t"))
        .isEqualTo(new Possession.Unproven(Reason.PROOF_MISSING, "scheme", null));
    assertThat(check(bound, SHOWN, proving)).isEqualTo(new Possession.Proven(null));
  }
}
