package dev.bearward.benchmarks.jmh;

import com.nimbusds.jose.JOSEException;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.CachedTokenVerifier;
import dev.bearward.token.TokenCacheSettings;
import dev.bearward.token.TokenListener;
import dev.bearward.token.TokenVerifier;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
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
 * A token that was verified before, by how many others the cache holds (RS256). {@code extract}
 * takes it out of the Authorization field, {@code verify} does that and looks it up.
 *
 * <p>{@code benchmarks/jmh.sh HotVerification}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HotVerification {
  private static final long CACHE_BYTES = 4L << 30;
  private static final int LONGEST_TOKEN = 16 * 1024;

  @Param({"1", "1000", "100000"})
  private int remembered;

  private Turn fields;
  private BearerCredentials credentials;
  private CachedTokenVerifier verifier;

  @Setup
  public void prepare() throws GeneralSecurityException, JOSEException {
    var issuer = new TestIssuer(Algorithm.RS256);
    String[] all = issuer.tokens(remembered);
    verifier =
        new CachedTokenVerifier(
            Verifiers.of(issuer, Crypto.CORRETTO.install()),
            new TokenCacheSettings(CACHE_BYTES),
            TokenListener.NONE,
            InstantSource.system(),
            System::nanoTime);
    credentials = new BearerCredentials(LONGEST_TOKEN, verifier::holds);
    for (int i = 0; i < all.length; i++) {
      Verifiers.expectVerified(verifier.verify(all[i]));
      all[i] = "Bearer " + all[i];
    }
    fields = new Turn(all);
  }

  private BearerCredentials.Credentials read() {
    return credentials.read(new OneField("authorization", fields.next()));
  }

  @Benchmark
  public BearerCredentials.Credentials extract() {
    return read();
  }

  @Benchmark
  public TokenVerifier.Verification verify() {
    return switch (read()) {
      case BearerCredentials.Token token -> verifier.verify(token);
      case BearerCredentials.Credentials other -> throw new IllegalStateException("not " + other);
    };
  }
}
