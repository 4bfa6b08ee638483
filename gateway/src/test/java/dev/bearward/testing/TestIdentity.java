package dev.bearward.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A private key and its certificate, made in this JVM: an authority, a server or a client. */
public final class TestIdentity {
  private static final byte[] ECDSA_SHA256 = Der.oid("1.2.840.10045.4.3.2");
  private static final byte[] RSA_SHA256 =
      Der.sequence(Der.oid("1.2.840.113549.1.1.11"), new byte[] {5, 0});
  private static final Duration DAY = Duration.ofDays(1);

  private final KeyPair keys;
  private final X509Certificate certificate;
  private final @Nullable TestIdentity issuer;

  private TestIdentity(KeyPair keys, X509Certificate certificate, @Nullable TestIdentity issuer) {
    this.keys = keys;
    this.certificate = certificate;
    this.issuer = issuer;
  }

  /** An authority that signs itself. */
  public static TestIdentity authority(String name) {
    return made(ec(), name, null, Instant.now().plus(DAY), true);
  }

  /** An identity that this authority vouches for; names that look like addresses are addresses. */
  public TestIdentity issue(String name, String... alternatives) {
    return made(ec(), name, this, Instant.now().plus(DAY), false, alternatives);
  }

  /** The same with an RSA key. */
  public TestIdentity issueRsa(String name, String... alternatives) {
    return made(rsa(), name, this, Instant.now().plus(DAY), false, alternatives);
  }

  /** The same, no longer valid. */
  public TestIdentity issueExpired(String name, String... alternatives) {
    return made(ec(), name, this, Instant.now().minus(DAY), false, alternatives);
  }

  private static TestIdentity made(
      KeyPair keys,
      String name,
      @Nullable TestIdentity issuer,
      Instant notAfter,
      boolean authority,
      String... alternatives) {
    try {
      KeyPair signer = issuer == null ? keys : issuer.keys;
      boolean rsa = signer.getPrivate().getAlgorithm().equals("RSA");
      byte[] algorithm = rsa ? RSA_SHA256 : Der.sequence(ECDSA_SHA256);
      byte[] subject = Der.commonName(name);
      byte[] body =
          Der.sequence(
              Der.tagged(0, Der.integer(2)),
              Der.integer(System.nanoTime()),
              algorithm,
              issuer == null ? subject : issuer.certificate.getSubjectX500Principal().getEncoded(),
              Der.sequence(Der.time(notAfter.minus(DAY.multipliedBy(3))), Der.time(notAfter)),
              subject,
              keys.getPublic().getEncoded(),
              Der.tagged(3, extensions(authority, alternatives)));
      Signature signature = Signature.getInstance(rsa ? "SHA256withRSA" : "SHA256withECDSA");
      signature.initSign(signer.getPrivate());
      signature.update(body);
      byte[] der = Der.sequence(body, algorithm, Der.bitString(signature.sign()));
      var certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      return new TestIdentity(keys, certificate, issuer);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] extensions(boolean authority, String... alternatives) {
    byte[] constraints = Der.sequence(authority ? new byte[] {1, 1, (byte) 0xff} : new byte[0]);
    var all = new ArrayList<byte[]>();
    all.add(Der.sequence(Der.oid("2.5.29.19"), Der.octets(constraints)));
    if (alternatives.length > 0) {
      byte[][] names = Arrays.stream(alternatives).map(Der::name).toArray(byte[][]::new);
      all.add(Der.sequence(Der.oid("2.5.29.17"), Der.octets(Der.sequence(names))));
    }
    return Der.sequence(all.toArray(byte[][]::new));
  }

  private static KeyPair ec() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyPair rsa() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** The certificate's DER. */
  public byte[] der() {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** {@code x5t#S256} of the certificate. */
  public String thumbprint() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(der());
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The certificate in PEM. */
  public String pem() {
    return pem("CERTIFICATE", der());
  }

  /** The private key in PEM, PKCS#8. */
  public String keyPem() {
    return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
  }

  /** The private key in PEM, as an RSA key was written before PKCS#8. */
  public String rsaKeyPem() {
    return pem("RSA PRIVATE KEY", Der.lastOctets(keys.getPrivate().getEncoded()));
  }

  /** The private key in PEM, as an EC key was written before PKCS#8. */
  public String ecKeyPem() {
    return pem("EC PRIVATE KEY", Der.lastOctets(keys.getPrivate().getEncoded()));
  }

  /** Text armour around any DER. */
  public static String pem(String label, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }

  /** Writes certificate and key into a folder, as {@code name.crt} and {@code name.key}. */
  public TestIdentity into(Path folder, String name) {
    try {
      Files.writeString(folder.resolve(name + ".crt"), pem(), StandardCharsets.US_ASCII);
      Files.writeString(folder.resolve(name + ".key"), keyPem(), StandardCharsets.US_ASCII);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A context that presents this identity and trusts those. */
  public SSLContext presenting(TestIdentity... trusted) {
    return context(this, trusted);
  }

  /** A context that presents nothing and trusts those. */
  public static SSLContext trusting(TestIdentity... trusted) {
    return context(null, trusted);
  }

  private static SSLContext context(@Nullable TestIdentity self, TestIdentity... trusted) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < trusted.length; i++) {
        store.setCertificateEntry("ca-" + i, trusted[i].certificate);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      KeyManagerFactory keys = null;
      if (self != null) {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry("self", self.keys.getPrivate(), new char[0], self.chain());
        keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private Certificate[] chain() {
    List<Certificate> chain = new ArrayList<>(List.of(certificate));
    for (TestIdentity up = issuer; up != null; up = up.issuer) {
      chain.add(up.certificate);
    }
    return chain.toArray(Certificate[]::new);
  }
}
