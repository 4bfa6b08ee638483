package dev.bearward.benchmarks.jmh;

import com.nimbusds.jose.JOSEException;
import dev.bearward.token.JwtVerifier;
import dev.bearward.token.TokenVerifier;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A token seen for the first time, by algorithm and crypto provider: 1,000 tokens in turn, no
 * cache. {@code floor} is the signature alone, over bytes that are ready: what no verifier can be
 * quicker than.
 *
 * <p>{@code benchmarks/jmh.sh ColdVerification}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ColdVerification {
  private static final int TOKENS = 1_000;

  @Param({"RS256", "PS256", "ES256", "EDDSA"})
  private Algorithm algorithm;

  @Param({"CORRETTO", "JDK"})
  private Crypto crypto;

  private Turn tokens;
  private SignedBytes[] signed;
  private int at;
  private JwtVerifier verifier;
  private Signature signature;

  @Setup
  public void prepare() throws GeneralSecurityException, JOSEException {
    var issuer = new TestIssuer(algorithm);
    String[] all = issuer.tokens(TOKENS);
    tokens = new Turn(all);
    signed = Stream.of(all).map(SignedBytes::new).toArray(SignedBytes[]::new);
    verifier = Verifiers.of(issuer, crypto.install());
    PublicKey key = issuer.pair().getPublic();
    signature = algorithm.signature();
    signature.initVerify(key);
    Verifiers.expectVerified(verifier.verify(all[0]));
  }

  @Benchmark
  public TokenVerifier.Verification verify() {
    return verifier.verify(tokens.next());
  }

  @Benchmark
  public boolean floor() throws GeneralSecurityException {
    at = at + 1 == signed.length ? 0 : at + 1;
    return signed[at].isSignedBy(signature);
  }
}
