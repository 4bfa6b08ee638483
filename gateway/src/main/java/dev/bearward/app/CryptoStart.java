package dev.bearward.app;

import dev.bearward.observe.Meters;
import dev.bearward.token.AcceleratedCrypto;
import dev.bearward.token.CryptoInUse;
import dev.bearward.token.VerificationCrypto;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who verifies signatures: the JDK from the first request, a faster provider when it is up. */
public final class CryptoStart {
  private static final Logger LOG = LoggerFactory.getLogger(CryptoStart.class);

  /** How long the JDK's crypto serves alone. */
  private static final Duration AFTER_THE_START = Duration.ofSeconds(1);

  private CryptoStart() {}

  /** The JDK's crypto, until {@link #inBackground} has a faster one. */
  static CryptoInUse jdk(Meters meters, Executor slow) {
    var crypto = new CryptoInUse(slow);
    meters.cryptoProvider(crypto.current().name());
    return crypto;
  }

  /**
   * Swaps the faster crypto in when its self-test has passed. Its start takes as much cpu time as
   * all the rest of the gateway's, so it waits until the first requests, which find the listeners
   * just opened, have had the cpu.
   */
  static void inBackground(CryptoInUse crypto, Meters meters) {
    Thread.ofPlatform()
        .name("bearward-crypto")
        .daemon()
        .start(() -> {
          try {
            Thread.sleep(AFTER_THE_START);
          } catch (InterruptedException e) {
            return;
          }
          load(crypto, meters);
        });
  }

  private static void load(CryptoInUse crypto, Meters meters) {
    switch (AcceleratedCrypto.load()) {
      case AcceleratedCrypto.Ready(VerificationCrypto ready) -> {
        crypto.use(ready);
        meters.cryptoProvider(ready.name());
        LOG.info("signatures verified by {}: {}", ready.name(), ready.accelerated());
      }
      case AcceleratedCrypto.Unusable(String problem) ->
          LOG.info("signatures verified by {}: {}", crypto.current().name(), problem);
    }
  }

  /** The provider that would serve on this machine, for {@code version}. */
  public static String describe() {
    return switch (AcceleratedCrypto.load()) {
      case AcceleratedCrypto.Ready(VerificationCrypto ready) ->
          ready.name() + " for " + ready.accelerated();
      case AcceleratedCrypto.Unusable(String problem) ->
          VerificationCrypto.jdk().name() + " (" + problem + ")";
    };
  }
}
