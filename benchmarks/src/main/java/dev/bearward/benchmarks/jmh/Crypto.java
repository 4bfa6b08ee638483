package dev.bearward.benchmarks.jmh;

import dev.bearward.token.AcceleratedCrypto;
import dev.bearward.token.CryptoInUse;
import java.security.Provider;
import java.security.Security;
import java.util.ServiceLoader;

/** Who computes signatures, for the gateway and for the other libraries alike. */
public enum Crypto {
  JDK,
  CORRETTO;

  private static final String CORRETTO_PROVIDER = "AmazonCorrettoCryptoProvider";

  /** The gateway's choice; other libraries get it as the process's first provider. */
  CryptoInUse install() {
    var crypto = new CryptoInUse();
    if (this == CORRETTO) {
      switch (AcceleratedCrypto.load()) {
        case AcceleratedCrypto.Ready(var ready) -> crypto.use(ready);
        case AcceleratedCrypto.Unusable(String problem) ->
            throw new IllegalStateException("crypto: " + problem + " (expected: Corretto)");
      }
      Security.insertProviderAt(provider(), 1);
    }
    return crypto;
  }

  private static Provider provider() {
    return ServiceLoader.load(Provider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(found -> found.getName().equals(CORRETTO_PROVIDER))
        .findFirst()
        .orElseThrow();
  }
}
