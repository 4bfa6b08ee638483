package dev.bearward.benchmarks.jmh;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.bearward.token.JwtVerifier;
import dev.bearward.token.Verified;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** Who verifies; each is set up once, for one issuer and one key, as its documentation says. */
public enum Library {
  BEARWARD {
    @Override
    TokenCheck check(TestIssuer issuer, Algorithm algorithm, Crypto crypto) throws JOSEException {
      JwtVerifier verifier = Verifiers.of(issuer, crypto.install());
      return token -> verifier.verify(token) instanceof Verified;
    }
  },
  NIMBUS {
    @Override
    TokenCheck check(TestIssuer issuer, Algorithm algorithm, Crypto crypto) throws JOSEException {
      crypto.install();
      DefaultJWTProcessor<SecurityContext> processor = processor(issuer, algorithm);
      processor.setJWTClaimsSetVerifier(
          new DefaultJWTClaimsVerifier<>(
              TestIssuer.AUDIENCE,
              new JWTClaimsSet.Builder().issuer(TestIssuer.ISSUER).build(),
              Set.of("exp")));
      return token -> {
        try {
          return processor.process(token, null) != null;
        } catch (BadJOSEException | JOSEException | ParseException refused) {
          return false;
        }
      };
    }
  },
  SPRING {
    @Override
    TokenCheck check(TestIssuer issuer, Algorithm algorithm, Crypto crypto) throws JOSEException {
      crypto.install();
      DefaultJWTProcessor<SecurityContext> processor = processor(issuer, algorithm);
      processor.setJWTClaimsSetVerifier((_, _) -> {}); // As its own builders do: Spring validates.
      var decoder = new NimbusJwtDecoder(processor);
      decoder.setJwtValidator(
          new DelegatingOAuth2TokenValidator<>(
              new JwtTimestampValidator(Duration.ofSeconds(30)),
              new JwtIssuerValidator(TestIssuer.ISSUER),
              new JwtClaimValidator<List<String>>(
                  "aud", aud -> aud != null && aud.contains(TestIssuer.AUDIENCE))));
      return token -> {
        try {
          return decoder.decode(token) != null;
        } catch (JwtException refused) {
          return false;
        }
      };
    }
  },
  JOSE4J {
    @Override
    TokenCheck check(TestIssuer issuer, Algorithm algorithm, Crypto crypto) throws JOSEException {
      crypto.install();
      JwtConsumer consumer =
          new JwtConsumerBuilder()
              .setVerificationKeyResolver(
                  new JwksVerificationKeyResolver(List.of(jose4jKey(issuer))))
              .setJwsAlgorithmConstraints(
                  AlgorithmConstraints.ConstraintType.PERMIT, algorithm.joseName())
              .setExpectedIssuer(TestIssuer.ISSUER)
              .setExpectedAudience(TestIssuer.AUDIENCE)
              .setRequireExpirationTime()
              .setAllowedClockSkewInSeconds(30)
              .build();
      return token -> {
        try {
          return consumer.processToClaims(token) != null;
        } catch (InvalidJwtException refused) {
          return false;
        }
      };
    }
  },
  JAVA_JWT {
    @Override
    TokenCheck check(TestIssuer issuer, Algorithm algorithm, Crypto crypto) {
      crypto.install();
      JWTVerifier verifier =
          JWT.require(auth0(issuer))
              .withIssuer(TestIssuer.ISSUER)
              .withAnyOfAudience(TestIssuer.AUDIENCE)
              .acceptLeeway(30)
              .build();
      return token -> {
        try {
          return verifier.verify(token) != null;
        } catch (JWTVerificationException refused) {
          return false;
        }
      };
    }
  },
  VERTX {
    @Override
    TokenCheck check(TestIssuer issuer, Algorithm algorithm, Crypto crypto) throws JOSEException {
      crypto.install();
      var key = new JsonObject(issuer.jwk().toJSONObject()).put("alg", algorithm.joseName());
      JWTAuth auth =
          JWTAuth.create(
              Vertx.vertx(),
              new JWTAuthOptions()
                  .addJwk(key)
                  .setJWTOptions(
                      new JWTOptions()
                          .setIssuer(TestIssuer.ISSUER)
                          .addAudience(TestIssuer.AUDIENCE)
                          .setLeeway(30)));
      return token -> auth.authenticate(new TokenCredentials(token)).succeeded();
    }
  };

  /** The check, ready to be used by one thread. */
  abstract TokenCheck check(TestIssuer issuer, Algorithm algorithm, Crypto crypto)
      throws JOSEException;

  private static DefaultJWTProcessor<SecurityContext> processor(
      TestIssuer issuer, Algorithm algorithm) throws JOSEException {
    var processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(new com.nimbusds.jose.JOSEObjectType("at+jwt")));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            JWSAlgorithm.parse(algorithm.joseName()),
            new ImmutableJWKSet<>(new JWKSet(issuer.jwk()))));
    return processor;
  }

  private static JsonWebKey jose4jKey(TestIssuer issuer) throws JOSEException {
    try {
      return JsonWebKey.Factory.newJwk(issuer.jwk().toJSONString());
    } catch (JoseException e) {
      throw new JOSEException(e.getMessage(), e);
    }
  }

  private static com.auth0.jwt.algorithms.Algorithm auth0(TestIssuer issuer) {
    return switch (issuer.pair().getPublic()) {
      case RSAPublicKey rsa -> com.auth0.jwt.algorithms.Algorithm.RSA256(rsa, null);
      case ECPublicKey ec -> com.auth0.jwt.algorithms.Algorithm.ECDSA256(ec, null);
      default -> throw new IllegalArgumentException("key: " + issuer.pair().getPublic());
    };
  }
}
