package dev.bearward.token;

import java.security.Key;
import java.security.PublicKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.crypto.SecretKey;

/** The prepared checks of one key, one per algorithm, made anew when the crypto is swapped. */
final class SignatureChecks {
  private final Key key;
  private final ConcurrentMap<JwsAlgorithm, Prepared> prepared = new ConcurrentHashMap<>();

  private record Prepared(VerificationCrypto crypto, SignatureCheck check) {}

  SignatureChecks(PublicKey key) {
    this.key = key;
  }

  SignatureChecks(SecretKey key) {
    this.key = key;
  }

  /** The check of that algorithm, which must be one for the key. */
  SignatureCheck by(JwsAlgorithm algorithm, VerificationCrypto crypto) {
    Prepared present = prepared.get(algorithm);
    if (present != null && present.crypto() == crypto) {
      return present.check();
    }
    SignatureCheck check =
        switch (key) {
          case PublicKey publicKey -> new PublicKeyCheck(crypto, algorithm, publicKey);
          case SecretKey secret -> new HmacCheck(algorithm, secret);
          default -> throw new IllegalStateException("neither public nor secret");
        };
    prepared.put(algorithm, new Prepared(crypto, check));
    return check;
  }
}
