package dev.bearward.benchmarks.jmh;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;

/** Makes access tokens such as an authorization server makes them, signed by one key. */
final class TestIssuer {
  static final String ISSUER = "https://issuer.example/";
  static final String AUDIENCE = "appointments:api";
  static final String KEY_ID = "u1F0bGXo3T6yQ0GZkNwq2m4c5d6e7f8g9h0iJkLmNoP";

  private static final Duration LIFETIME = Duration.ofHours(12);

  private final Algorithm algorithm;
  private final KeyPair pair;
  private final Signature signature;

  TestIssuer(Algorithm algorithm) throws GeneralSecurityException {
    this.algorithm = algorithm;
    this.pair = algorithm.newKeyPair();
    this.signature = algorithm.signature();
    signature.initSign(pair.getPrivate());
  }

  KeyPair pair() {
    return pair;
  }

  JWK jwk() throws JOSEException {
    return algorithm.jwk(pair.getPublic(), KEY_ID);
  }

  /** Different tokens that are valid now. */
  String[] tokens(int count) throws GeneralSecurityException {
    var tokens = new String[count];
    for (int i = 0; i < count; i++) {
      tokens[i] = token(i, KEY_ID, Instant.now().plus(LIFETIME));
    }
    return tokens;
  }

  /** One token; {@code number} makes it another. */
  String token(int number, String keyId, Instant expiry) throws GeneralSecurityException {
    String header =
        "{\"alg\":\"%s\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}".formatted(algorithm.joseName(), keyId);
    String claims =
        """
        {"iss":"%s","sub":"auth0|user-%08d","aud":["%s","https://issuer.example/userinfo"],\
        "iat":%d,"exp":%d,"azp":"spa-client","client_id":"spa-client","jti":"token-%016d",\
        "scope":"openid profile email appointments contacts read:appointments"}\
        """
            .formatted(
                ISSUER,
                number,
                AUDIENCE,
                expiry.minus(LIFETIME).getEpochSecond(),
                expiry.getEpochSecond(),
                number);
    String signed = encoded(header) + "." + encoded(claims);
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + Base64URL.encode(signature.sign());
  }

  private static String encoded(String json) {
    return Base64URL.encode(json).toString();
  }
}
