package dev.bearward.testing;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.bearward.token.JwsAlgorithm;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A key that signs tokens in tests, with the JDK's own cryptography. */
public final class TestKey {
  private final JwsAlgorithm algorithm;
  private final String keyId;
  private final Signing signing;
  private final JWK publicJwk;
  private final @Nullable KeyPair pair;

  private TestKey(
      JwsAlgorithm algorithm,
      String keyId,
      Signing signing,
      JWK publicJwk,
      @Nullable KeyPair pair) {
    this.pair = pair;
    this.algorithm = algorithm;
    this.keyId = keyId;
    this.signing = signing;
    this.publicJwk = publicJwk;
  }

  /** Makes a signature. */
  @FunctionalInterface
  interface Signing {
    byte[] sign(byte[] content) throws GeneralSecurityException;
  }

  /** A new key pair for an algorithm other than HMAC. */
  public static TestKey generate(JwsAlgorithm algorithm, String keyId) {
    return of(algorithm, keyId, newPair(algorithm, 2048));
  }

  /** A new RSA key pair of another size. */
  public static TestKey generateRsa(JwsAlgorithm algorithm, String keyId, int bits) {
    return of(algorithm, keyId, newPair(algorithm, bits));
  }

  /** The key of an HMAC algorithm; it is never part of a key set. */
  public static TestKey shared(JwsAlgorithm algorithm, byte[] secret) {
    String name = "Hmac" + algorithm.digest().replace("-", "");
    Signing signing =
        content -> {
          Mac mac = Mac.getInstance(name);
          mac.init(new SecretKeySpec(secret, name));
          return mac.doFinal(content);
        };
    JWK none = new com.nimbusds.jose.jwk.OctetSequenceKey.Builder(secret).build();
    return new TestKey(algorithm, "shared", signing, none, null);
  }

  private static TestKey of(JwsAlgorithm algorithm, String keyId, KeyPair pair) {
    Signing signing = content -> sign(algorithm, pair.getPrivate(), content);
    return new TestKey(algorithm, keyId, signing, publicJwk(algorithm, keyId, pair), pair);
  }

  /** The same key pair for another algorithm of its kind. */
  public TestKey with(JwsAlgorithm other, String otherKeyId) {
    return of(other, otherKeyId, Objects.requireNonNull(pair));
  }

  /** What it signs with. */
  public JwsAlgorithm algorithm() {
    return algorithm;
  }

  /** The key id. */
  public String keyId() {
    return keyId;
  }

  /** The public half as it stands in a key set, with kid, use and alg. */
  public JWK publicJwk() {
    return publicJwk;
  }

  /** The signature over some bytes, in JWS form. */
  public byte[] sign(byte[] content) {
    try {
      return signing.sign(content);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair newPair(JwsAlgorithm algorithm, int rsaBits) {
    try {
      return switch (algorithm.family()) {
        case HMAC -> throw new IllegalArgumentException("HMAC has no key pair");
        case RSA -> {
          KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
          generator.initialize(rsaBits);
          yield generator.generateKeyPair();
        }
        case EC -> {
          KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
          generator.initialize(new ECGenParameterSpec(curve(algorithm).getStdName()));
          yield generator.generateKeyPair();
        }
        case OKP -> KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Curve curve(JwsAlgorithm algorithm) {
    return switch (algorithm) {
      case ES256 -> Curve.P_256;
      case ES384 -> Curve.P_384;
      case ES512 -> Curve.P_521;
      default -> throw new IllegalArgumentException(algorithm + " has no curve");
    };
  }

  private static JWK publicJwk(JwsAlgorithm algorithm, String keyId, KeyPair pair) {
    Algorithm name = new Algorithm(algorithm.joseName());
    return switch (algorithm.family()) {
      case HMAC -> throw new IllegalArgumentException("HMAC has no public key");
      case RSA ->
          new RSAKey.Builder((RSAPublicKey) pair.getPublic())
              .keyID(keyId)
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(name)
              .build();
      case EC ->
          new ECKey.Builder(curve(algorithm), (ECPublicKey) pair.getPublic())
              .keyID(keyId)
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(name)
              .build();
      case OKP -> {
        byte[] spki = pair.getPublic().getEncoded();
        byte[] x = Arrays.copyOfRange(spki, spki.length - 32, spki.length);
        yield new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x))
            .keyID(keyId)
            .keyUse(KeyUse.SIGNATURE)
            .algorithm(name)
            .build();
      }
    };
  }

  private static byte[] sign(JwsAlgorithm algorithm, PrivateKey key, byte[] content)
      throws GeneralSecurityException {
    Signature signature = signature(algorithm);
    signature.initSign(key);
    signature.update(content);
    return signature.sign();
  }

  private static Signature signature(JwsAlgorithm algorithm) throws GeneralSecurityException {
    String hash = algorithm.digest().replace("-", "");
    return switch (algorithm) {
      case RS256, RS384, RS512 -> Signature.getInstance(hash + "withRSA");
      case PS256, PS384, PS512 -> {
        Signature pss = Signature.getInstance("RSASSA-PSS");
        int salt = Integer.parseInt(hash.substring(3)) / 8;
        pss.setParameter(
            new PSSParameterSpec(
                algorithm.digest(),
                "MGF1",
                new MGF1ParameterSpec(algorithm.digest()),
                salt,
                PSSParameterSpec.TRAILER_FIELD_BC));
        yield pss;
      }
      case ES256, ES384, ES512 -> Signature.getInstance(hash + "withECDSAinP1363Format");
      case EDDSA -> Signature.getInstance("Ed25519");
      case HS256, HS384, HS512 -> throw new IllegalArgumentException("HMAC is not a signature");
    };
  }
}
