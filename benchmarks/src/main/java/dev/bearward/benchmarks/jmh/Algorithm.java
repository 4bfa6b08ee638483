package dev.bearward.benchmarks.jmh;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A signature algorithm with the key that issuers use most with it. */
public enum Algorithm {
  RS256("RS256", "SHA256withRSA", "RSA"),
  PS256("PS256", "RSASSA-PSS", "RSA"),
  ES256("ES256", "SHA256withECDSAinP1363Format", "EC"),
  EDDSA("EdDSA", "Ed25519", "Ed25519");

  private static final int ED25519_KEY_BYTES = 32;

  private final String joseName;
  private final String jcaName;
  private final String keyAlgorithm;

  Algorithm(String joseName, String jcaName, String keyAlgorithm) {
    this.joseName = joseName;
    this.jcaName = jcaName;
    this.keyAlgorithm = keyAlgorithm;
  }

  private AlgorithmParameterSpec key() {
    return switch (this) {
      case RS256, PS256 -> new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4);
      case ES256 -> new ECGenParameterSpec("secp256r1");
      case EDDSA -> NamedParameterSpec.ED25519;
    };
  }

  /** Name in the header (RFC 7518 section 3.1, RFC 8037 section 3.1). */
  String joseName() {
    return joseName;
  }

  KeyPair newKeyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(keyAlgorithm);
    generator.initialize(key());
    return generator.generateKeyPair();
  }

  /** A signature of that algorithm without key. */
  Signature signature() throws GeneralSecurityException {
    Signature signature = Signature.getInstance(jcaName);
    PSSParameterSpec parameters = pss();
    if (parameters != null) {
      signature.setParameter(parameters);
    }
    return signature;
  }

  private @Nullable PSSParameterSpec pss() {
    return this == PS256
        ? new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1)
        : null;
  }

  /** The public key as a key set publishes it. */
  JWK jwk(PublicKey publicKey, String keyId) throws JOSEException {
    return switch (publicKey) {
      case RSAPublicKey rsa ->
          new RSAKey.Builder(rsa).keyID(keyId).keyUse(KeyUse.SIGNATURE).build();
      case ECPublicKey ec ->
          new ECKey.Builder(Curve.P_256, ec).keyID(keyId).keyUse(KeyUse.SIGNATURE).build();
      default -> {
        // SubjectPublicKeyInfo of Ed25519 ends with the key (RFC 8410 section 4).
        byte[] encoded = publicKey.getEncoded();
        byte[] x = Arrays.copyOfRange(encoded, encoded.length - ED25519_KEY_BYTES, encoded.length);
        yield new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x))
            .keyID(keyId)
            .keyUse(KeyUse.SIGNATURE)
            .build();
      }
    };
  }
}
