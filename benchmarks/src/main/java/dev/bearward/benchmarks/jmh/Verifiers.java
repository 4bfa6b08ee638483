package dev.bearward.benchmarks.jmh;

import com.nimbusds.jose.JOSEException;
import dev.bearward.token.BindingSettings;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.CryptoInUse;
import dev.bearward.token.IssuerSettings;
import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.JwtVerifier;
import dev.bearward.token.KeySource;
import dev.bearward.token.TokenVerifier;
import dev.bearward.token.VerificationKey;
import dev.bearward.token.Verified;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The gateway's own verifier of one issuer's tokens. */
final class Verifiers {
  private static final String NAME = "issuer";

  private Verifiers() {}

  static JwtVerifier of(TestIssuer issuer, CryptoInUse crypto) throws JOSEException {
    var found =
        new KeySource.Found(List.of(new VerificationKey(NAME, issuer.jwk(), Long.MAX_VALUE)));
    var unknown = new KeySource.Unknown();
    KeySource keys = (_, keyId) -> TestIssuer.KEY_ID.equals(keyId) ? found : unknown;
    return new JwtVerifier(
        List.of(settings()), keys, crypto, Set.of(ClaimPath.of("sub")), InstantSource.system());
  }

  /**
   * Makes sure that a benchmark measures what it says.
   *
   * @throws IllegalStateException when the token is not accepted
   */
  static void expectVerified(TokenVerifier.Verification found) {
    if (!(found instanceof Verified)) {
      throw new IllegalStateException("token: " + found + " (expected: verified)");
    }
  }

  private static IssuerSettings settings() {
    return new IssuerSettings(
        NAME,
        TestIssuer.ISSUER,
        List.of(TestIssuer.AUDIENCE),
        IssuerSettings.AUD,
        EnumSet.of(JwsAlgorithm.RS256, JwsAlgorithm.PS256, JwsAlgorithm.ES256, JwsAlgorithm.EDDSA),
        Duration.ofSeconds(30),
        null,
        null,
        IssuerSettings.Profile.LENIENT,
        List.of(ClaimPath.of("scope"), ClaimPath.of("scp")),
        List.of(),
        null,
        BindingSettings.NONE);
  }
}
