package dev.bearward.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import dev.bearward.token.ClaimValue.Text;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Header of a JWS that brings its own public key.
 *
 * @param algorithm an asymmetric algorithm that the key is for
 * @param keyThumbprint SHA-256 thumbprint of the key, in base64url (RFC 7638)
 * @param checks signatures by the key
 */
record ProofHeader(JwsAlgorithm algorithm, String keyThumbprint, SignatureChecks checks) {
  private static final Set<String> READ =
      Set.of("typ", "alg", "jwk", "cty", "crit", "b64", "zip", "enc");

  /** As for tokens, see {@link JoseHeader}; and what is proven is no JWT inside another. */
  private static final Set<String> NEVER = Set.of("cty", "crit", "b64", "zip", "enc");

  /** The header, or null when it is malformed, of another type, or its key not a good one. */
  static @Nullable ProofHeader read(byte[] json, String type) {
    Map<String, ClaimValue> members = StrictJson.read(json, READ);
    if (members == null
        || NEVER.stream().anyMatch(members::containsKey)
        || !(members.get("typ") instanceof Text(String named))
        || !named.equals(type)
        || !(members.get("alg") instanceof Text(String name))
        || !(members.get("jwk") instanceof ClaimValue.Members(var key))) {
      return null;
    }
    JwsAlgorithm algorithm = JwsAlgorithm.named(name).orElse(null);
    JWK jwk = PublicJwk.read(key);
    return algorithm == null || jwk == null || !KeySuitability.algorithms(jwk).contains(algorithm)
        ? null
        : of(algorithm, jwk);
  }

  private static @Nullable ProofHeader of(JwsAlgorithm algorithm, JWK jwk) {
    try {
      String thumbprint = jwk.computeThumbprint().toString();
      return PublicKeys.of(jwk)
          .map(key -> new ProofHeader(algorithm, thumbprint, new SignatureChecks(key)))
          .orElse(null);
    } catch (JOSEException e) {
      return null;
    }
  }
}
