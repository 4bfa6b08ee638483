package dev.bearward.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Optional;

/** Makes the JDK's key out of a JWK; Nimbus' way for Ed25519 wants another library. */
final class PublicKeys {
  /** SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes (RFC 8410 section 4). */
  private static final byte[] ED25519_INFO = HexFormat.of().parseHex("302a300506032b6570032100");

  private PublicKeys() {}

  /** The key, or empty when it is of a kind that verifies nothing or the JDK refuses it. */
  static Optional<PublicKey> of(JWK jwk) {
    try {
      return switch (jwk) {
        case RSAKey rsa -> Optional.of(rsa.toRSAPublicKey());
        case ECKey ec -> Optional.of(ec.toECPublicKey());
        case OctetKeyPair okp -> Optional.of(ed25519(okp.getX().decode()));
        default -> Optional.empty();
      };
    } catch (JOSEException | GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static PublicKey ed25519(byte[] point) throws GeneralSecurityException {
    ByteArrayOutputStream info = new ByteArrayOutputStream();
    info.writeBytes(ED25519_INFO);
    info.writeBytes(point);
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(new X509EncodedKeySpec(info.toByteArray()));
  }
}
