package dev.bearward.benchmarks.jmh;

import com.nimbusds.jose.JOSEException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The same cold and refused tokens for this and other libraries, in one run: signature, expiry,
 * issuer and audience. 1,000 tokens in turn; no library keeps what it verified. {@code accept} is
 * for tokens that are good, {@code refuse} for such with a broken signature.
 *
 * <p>{@code benchmarks/jmh.sh PeerVerification}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PeerVerification {
  private static final int TOKENS = 1_000;

  @Param private Library library;

  @Param({"RS256", "ES256"})
  private Algorithm algorithm;

  @Param({"CORRETTO", "JDK"})
  private Crypto crypto;

  private Turn good;
  private Turn bad;
  private TokenCheck check;

  @Setup
  public void prepare() throws GeneralSecurityException, JOSEException {
    var issuer = new TestIssuer(algorithm);
    String[] tokens = issuer.tokens(TOKENS);
    var broken = new String[TOKENS];
    for (int i = 0; i < TOKENS; i++) {
      broken[i] = RefusedVerification.Fault.broken(tokens[i]);
    }
    good = new Turn(tokens);
    bad = new Turn(broken);
    check = library.check(issuer, algorithm, crypto);
    String expired = issuer.token(0, TestIssuer.KEY_ID, Instant.now().minus(Duration.ofHours(1)));
    if (!check.accepts(tokens[0]) || check.accepts(broken[0]) || check.accepts(expired)) {
      throw new IllegalStateException(library + ": does not tell good from bad tokens");
    }
  }

  @Benchmark
  public boolean accept() {
    return check.accepts(good.next());
  }

  @Benchmark
  public boolean refuse() {
    return check.accepts(bad.next());
  }
}
