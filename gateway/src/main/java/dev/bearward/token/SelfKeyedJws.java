package dev.bearward.token;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A JWS whose header brings the public key that it is signed by (RFC 7515 section 4.1.3), read as
 * strictly as a token. Its signature proves that the sender holds that key, and nothing about whose
 * key it is: that is for the caller to know from elsewhere, by the thumbprint.
 */
public final class SelfKeyedJws {
  /** JOSE names of the algorithms that pass: all known ones by a public key. */
  public static final List<String> ALGORITHMS =
      Stream.concat(
              Arrays.stream(JwsAlgorithm.values())
                  .filter(algorithm -> algorithm.family() != JwsAlgorithm.Family.HMAC)
                  .map(JwsAlgorithm::joseName),
              Stream.of("Ed25519"))
          .toList();

  private final CompactJws jws;
  private final ProofHeader header;
  private final Map<String, ClaimValue> claims;

  private SelfKeyedJws(CompactJws jws, ProofHeader header, Map<String, ClaimValue> claims) {
    this.jws = jws;
    this.header = header;
    this.claims = claims;
  }

  /** Reads such objects and remembers good headers, which clients send again and again. */
  public static final class Reader {
    private final ProofHeaders headers;
    private final Set<String> wanted;

    /**
     * @param type the only {@code typ} that passes
     * @param wanted the claims that are kept
     */
    public Reader(String type, Set<String> wanted) {
      this.headers = new ProofHeaders(type);
      this.wanted = Set.copyOf(wanted);
    }

    /**
     * Reads the compact serialisation.
     *
     * @return null when form, type, algorithm or key are not good
     */
    public @Nullable SelfKeyedJws read(String compact) {
      CompactJws jws = CompactJws.split(compact);
      if (jws == null) {
        return null;
      }
      ProofHeader header = headers.of(jws);
      byte[] payload = jws.payload();
      if (header == null || payload == null) {
        return null;
      }
      Map<String, ClaimValue> claims = StrictJson.read(payload, wanted);
      return claims == null ? null : new SelfKeyedJws(jws, header, claims);
    }
  }

  /** SHA-256 thumbprint of the key, in base64url (RFC 7638). */
  public String keyThumbprint() {
    return header.keyThumbprint();
  }

  /** A claim that is a string, else null. */
  public @Nullable String text(String claim) {
    return claims.get(claim) instanceof ClaimValue.Text(String text) ? text : null;
  }

  /** Whether the claim is there, JSON null included. */
  public boolean has(String claim) {
    return claims.containsKey(claim);
  }

  /**
   * A time in milliseconds since the epoch, up to three million years off, or null when the claim
   * is no number.
   */
  public @Nullable Long millis(String claim) {
    return claims.get(claim) instanceof ClaimValue.Numeric(var seconds)
        ? NumericDate.millis(seconds)
        : null;
  }

  /** Whether the sender holds the key: one public-key operation. */
  public boolean isSigned(VerificationCrypto crypto) {
    return jws.isSigned(header.checks().by(header.algorithm(), crypto));
  }

  @Override
  public String toString() {
    return "(proof)";
  }
}
