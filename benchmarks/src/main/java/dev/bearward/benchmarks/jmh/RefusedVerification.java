package dev.bearward.benchmarks.jmh;

import com.nimbusds.jose.JOSEException;
import dev.bearward.http.Reason;
import dev.bearward.token.JwtVerifier;
import dev.bearward.token.TokenVerifier;
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
 * A token that is refused, by what is wrong with it (RS256, Corretto).
 *
 * <p>{@code benchmarks/jmh.sh RefusedVerification}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RefusedVerification {
  /** What is wrong with a token. */
  public enum Fault {
    BAD_SIGNATURE(Reason.BAD_SIGNATURE),
    EXPIRED(Reason.EXPIRED),
    UNKNOWN_KEY(Reason.UNKNOWN_KEY),
    GARBAGE(Reason.TOKEN_MALFORMED);

    private final Reason reason;

    Fault(Reason reason) {
      this.reason = reason;
    }

    String token(TestIssuer issuer, int number) throws GeneralSecurityException {
      Instant soon = Instant.now().plus(Duration.ofHours(1));
      return switch (this) {
        case BAD_SIGNATURE -> broken(issuer.token(number, TestIssuer.KEY_ID, soon));
        case EXPIRED -> issuer.token(number, TestIssuer.KEY_ID, soon.minus(Duration.ofHours(2)));
        case UNKNOWN_KEY -> issuer.token(number, "unknown", soon);
        case GARBAGE -> "garbage." + "A".repeat(700) + number + ".signature";
      };
    }

    /** The same with one character of its signature changed. */
    static String broken(String token) {
      int dot = token.lastIndexOf('.');
      String signature = token.substring(dot + 1);
      char first = signature.charAt(4) == 'A' ? 'B' : 'A';
      return token.substring(0, dot + 5) + first + signature.substring(5);
    }
  }

  private static final int TOKENS = 1_000;

  @Param private Fault fault;
  private Turn tokens;
  private JwtVerifier verifier;

  @Setup
  public void prepare() throws GeneralSecurityException, JOSEException {
    var issuer = new TestIssuer(Algorithm.RS256);
    var all = new String[TOKENS];
    for (int i = 0; i < TOKENS; i++) {
      all[i] = fault.token(issuer, i);
    }
    tokens = new Turn(all);
    verifier = Verifiers.of(issuer, Crypto.CORRETTO.install());
    TokenVerifier.Verification found = verifier.verify(all[0]);
    if (!found.equals(new TokenVerifier.Rejected(fault.reason))) {
      throw new IllegalStateException(fault + ": " + found + " (expected: " + fault.reason + ")");
    }
  }

  @Benchmark
  public TokenVerifier.Verification refuse() {
    return verifier.verify(tokens.next());
  }
}
