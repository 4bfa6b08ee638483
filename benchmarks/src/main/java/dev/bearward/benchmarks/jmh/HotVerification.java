package dev.bearward.benchmarks.jmh;

import com.nimbusds.jose.JOSEException;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.CachedTokenVerifier;
import dev.bearward.token.CryptoInUse;
import dev.bearward.token.TokenCacheSettings;
import dev.bearward.token.TokenListener;
import dev.bearward.token.TokenVerifier;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
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
 * A token that was verified before, by how many others the cache holds (ES256, in an order that no
 * processor foresees). {@code extract} takes it out of the Authorization field, {@code verify} does
 * that and looks it up. The memory that a token takes in the cache is measured on the way, when
 * there are enough of them to see it.
 *
 * <p>{@code benchmarks/jmh.sh HotVerification}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HotVerification {
  private static final long CACHE_BYTES = 4L << 30;
  private static final int LONGEST_TOKEN = 16 * 1024;
  private static final int ENOUGH_TO_MEASURE = 100_000;
  private static final int ARRAY_HEADER = 20;

  @Param({"1", "1000", "100000", "1000000"})
  private int remembered;

  private Turn fields;
  private BearerCredentials credentials;
  private CachedTokenVerifier verifier;

  @Setup
  public void prepare() throws GeneralSecurityException, JOSEException {
    CryptoInUse crypto = Crypto.CORRETTO.install();
    var issuer = new TestIssuer(Algorithm.ES256);
    String[] all = issuer.tokens(remembered);
    verifier =
        new CachedTokenVerifier(
            Verifiers.of(issuer, crypto),
            new TokenCacheSettings(CACHE_BYTES),
            TokenListener.NONE,
            InstantSource.system(),
            System::nanoTime);
    credentials = new BearerCredentials(LONGEST_TOKEN, verifier::holds);
    for (int i = 0; i < all.length; i++) {
      all[i] = "Bearer " + all[i];
    }
    long before = heapInUse();
    fields = new Turn(all);
    for (int i = 0; i < all.length; i++) {
      Verifiers.expectVerified(verify());
    }
    if (remembered >= ENOUGH_TO_MEASURE) {
      say(all[0].length(), heapInUse() - before);
    }
    Collections.shuffle(Arrays.asList(all), new Random(1));
    fields = new Turn(all);
  }

  /** Bytes of the heap that are in use; the tokens as the benchmark sends them are among them. */
  private static long heapInUse() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private void say(int length, long bytes) {
    long sent = (long) length + ARRAY_HEADER;
    System.out.printf(
        "%nheap for each cached token of %d characters: %d bytes (by the cache's own count %d)%n",
        length - "Bearer ".length(), bytes / remembered - sent, verifier.bytes() / remembered);
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
