package dev.bearward.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.UUID;

/** Makes DPoP proofs, good ones that a test can spoil (RFC 9449 section 4.2). */
public final class TestProof {
  private TestProof() {}

  /** A good proof for one request with that token. */
  public static TestToken of(TestKey key, String method, String uri, String token, Instant now) {
    return new TestToken(key)
        .withoutHeader("kid")
        .header("typ", "dpop+jwt")
        .header("jwk", key.publicJwk().getRequiredParams())
        .claim("jti", UUID.randomUUID().toString())
        .claim("htm", method)
        .claim("htu", uri)
        .claim("ath", hash(token))
        .issuedAt(now);
  }

  /** What {@code ath} says of a token. */
  public static String hash(String token) {
    try {
      byte[] ascii = token.getBytes(StandardCharsets.US_ASCII);
      return Base64URL.encode(MessageDigest.getInstance("SHA-256").digest(ascii)).toString();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** What {@code cnf.jkt} says of a key. */
  public static String thumbprint(TestKey key) {
    try {
      return key.publicJwk().computeThumbprint().toString();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }
}
