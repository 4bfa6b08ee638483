package dev.bearward.app;

import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.testing.TestToken;
import dev.bearward.token.JwsAlgorithm;
import java.time.Instant;

/**
 * An issuer's key whose good tokens pass, and whose altered ones must not.
 *
 * @param stranger another key of the same algorithm and key id, which the issuer does not know
 */
record Target(TestIssuer issuer, TestKey key, TestKey stranger) {
  JwsAlgorithm algorithm() {
    return key.algorithm();
  }

  boolean symmetric() {
    return algorithm().family() == JwsAlgorithm.Family.HMAC;
  }

  TestToken token() {
    return issuer.token(key);
  }

  /** The members of a good header. */
  String header() {
    return "\"alg\":\"%s\",\"kid\":\"%s\"".formatted(algorithm().joseName(), key.keyId());
  }

  /** The members of a good payload without a time. */
  String timeless() {
    return "\"iss\":\"%s\",\"aud\":\"%s\"".formatted(issuer.issuer(), TestIssuer.AUDIENCE);
  }

  /** The members of a good payload. */
  String claims() {
    return timeless() + ",\"exp\":" + Instant.now().plusSeconds(3600).getEpochSecond();
  }

  /** A token of those two documents, well signed. */
  String signed(String header, String payload) {
    return TestToken.compact(header, payload, key);
  }
}
