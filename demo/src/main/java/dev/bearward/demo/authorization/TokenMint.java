package dev.bearward.demo.authorization;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;

/** Makes access tokens (RFC 9068) and ID tokens (OpenID Connect Core), signed with RS256. */
final class TokenMint {
  /** Claims that no standard names live under an address of our own. */
  static final String NAMESPACE = "https://bearward.dev/claims/";

  /** What an access token is to say. */
  record Grant(Account account, String clientId, Scopes scopes, String audience) {}

  private final String issuer;
  private final SigningKeys keys;
  private final Clock clock;

  TokenMint(String issuer, SigningKeys keys, Clock clock) {
    this.issuer = issuer;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * An access token with the profile in namespaced claims, as far as {@code profile} and {@code
   * email} were granted. A negative lifetime makes one that has expired already.
   */
  String accessToken(Grant grant, Duration lifetime) {
    JWTClaimsSet.Builder claims =
        times(lifetime)
            .subject(grant.account().subject())
            .audience(grant.audience())
            .claim("client_id", grant.clientId())
            .claim("azp", grant.clientId())
            .jwtID(UUID.randomUUID().toString())
            .claim("scope", grant.scopes().toString());
    if (grant.scopes().has("profile")) {
      claims.claim(NAMESPACE + "name", grant.account().name());
      claims.claim(NAMESPACE + "roles", grant.account().roles());
    }
    if (grant.scopes().has("email")) {
      claims.claim(NAMESPACE + "email", grant.account().email());
    }
    return sign(new JOSEObjectType("at+jwt"), claims.build());
  }

  /** An ID token for the client; {@code at_hash} ties it to the access token beside it. */
  String idToken(Grant grant, String nonce, Optional<String> accessToken, Duration lifetime) {
    JWTClaimsSet.Builder claims =
        times(lifetime)
            .subject(grant.account().subject())
            .audience(grant.clientId())
            .claim("azp", grant.clientId())
            .claim("nonce", nonce);
    accessToken.ifPresent(token -> claims.claim("at_hash", halfHash(token)));
    if (grant.scopes().has("profile")) {
      claims.claim("name", grant.account().name());
    }
    if (grant.scopes().has("email")) {
      claims.claim("email", grant.account().email());
      claims.claim("email_verified", true);
    }
    return sign(JOSEObjectType.JWT, claims.build());
  }

  private JWTClaimsSet.Builder times(Duration lifetime) {
    Instant now = clock.instant();
    Instant issued = lifetime.isNegative() ? now.plus(lifetime.multipliedBy(2)) : now;
    return new JWTClaimsSet.Builder()
        .issuer(issuer)
        .issueTime(Date.from(issued))
        .expirationTime(Date.from(now.plus(lifetime)));
  }

  private String sign(JOSEObjectType type, JWTClaimsSet claims) {
    RSAKey key = keys.current();
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.RS256).type(type).keyID(key.getKeyID()).build();
    SignedJWT token = new SignedJWT(header, claims);
    try {
      token.sign(new RSASSASigner(key));
    } catch (JOSEException ownKeyUnfit) {
      throw new IllegalStateException("the signing key does not sign", ownKeyUnfit);
    }
    return token.serialize();
  }

  /** The left half of the token's SHA-256 (OpenID Connect Core 3.2.2.9). */
  private static String halfHash(String token) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(hash, hash.length / 2));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
