package dev.bearward.app;

import dev.bearward.observe.Meters;
import dev.bearward.token.AcceleratedCrypto;
import dev.bearward.token.CryptoInUse;
import dev.bearward.token.VerificationCrypto;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who verifies signatures: the JDK from the first request, a faster provider when it is up. */
public final class CryptoStart {
  private static final Logger LOG = LoggerFactory.getLogger(CryptoStart.class);

  private CryptoStart() {}

  /** Begins with the JDK's crypto and swaps the faster one in when its self-test has passed. */
  static CryptoInUse inBackground(Meters meters, Executor slow) {
    var crypto = new CryptoInUse(slow);
    meters.cryptoProvider(crypto.current().name());
    Thread.ofPlatform()
        .name("bearward-crypto")
        .daemon()
        .start(() -> {
          switch (AcceleratedCrypto.load()) {
            case AcceleratedCrypto.Ready(VerificationCrypto ready) -> {
              crypto.use(ready);
              meters.cryptoProvider(ready.name());
              LOG.info("signatures verified by {}: {}", ready.name(), ready.accelerated());
            }
            case AcceleratedCrypto.Unusable(String problem) ->
                LOG.info("signatures verified by {}: {}", crypto.current().name(), problem);
          }
        });
    return crypto;
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
