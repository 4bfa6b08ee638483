package dev.bearward.testing;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.bearward.token.BindingSettings;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.IssuerSettings;
import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.KeySource;
import dev.bearward.token.VerificationKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An issuer with keys of its own: mints tokens and publishes its key set. */
public final class TestIssuer {
  /** The audience of its tokens unless a test says otherwise. */
  public static final String AUDIENCE = "appointments:api";

  private final String name;
  private final String issuer;
  private final InstantSource clock;
  private final List<TestKey> keys = new ArrayList<>();

  /**
   * An issuer with one key per algorithm, whose key id is the algorithm's name.
   *
   * @param name name of its configuration
   * @param issuer its {@code iss}
   * @param clock gives the time of its tokens
   */
  public TestIssuer(String name, String issuer, InstantSource clock, JwsAlgorithm... algorithms) {
    this.name = name;
    this.issuer = issuer;
    this.clock = clock;
    for (JwsAlgorithm algorithm : algorithms) {
      keys.add(TestKey.generate(algorithm, algorithm.joseName()));
    }
  }

  /** An issuer named {@code test} with one ES256 key, quick to make, on the system's clock. */
  public static TestIssuer simple() {
    return new TestIssuer(
        "test", "https://issuer.example/", InstantSource.system(), JwsAlgorithm.ES256);
  }

  /** Name of its configuration. */
  public String name() {
    return name;
  }

  /** Its {@code iss}. */
  public String issuer() {
    return issuer;
  }

  /** Its first key. */
  public TestKey key() {
    return keys.getFirst();
  }

  /** Its first key of that algorithm. */
  public TestKey key(JwsAlgorithm algorithm) {
    return keys.stream().filter(key -> key.algorithm() == algorithm).findFirst().orElseThrow();
  }

  /** Publishes one more key. */
  public TestIssuer publish(TestKey key) {
    keys.add(key);
    return this;
  }

  /** Takes a key out of the key set. */
  public void withdraw(TestKey key) {
    keys.remove(key);
  }

  /** Its key set as a JSON document. */
  public String jwks() {
    List<JWK> all = keys.stream().map(TestKey::publicJwk).toList();
    return new JWKSet(all).toString(true);
  }

  /** A good token by its first key: sub alice, aud {@link #AUDIENCE}, issued now, for an hour. */
  public TestToken token() {
    return token(key());
  }

  /** A good token by that key. */
  public TestToken token(TestKey key) {
    return new TestToken(key)
        .claim("iss", issuer)
        .subject("alice")
        .claim("aud", AUDIENCE)
        .issuedAt(clock.instant())
        .expiresAt(clock.instant().plus(Duration.ofHours(1)));
  }

  /** A lenient configuration that accepts its tokens by every asymmetric algorithm. */
  public IssuerSettings settings() {
    return new IssuerSettings(
        name,
        issuer,
        List.of(AUDIENCE),
        IssuerSettings.AUD,
        Set.copyOf(
            List.of(JwsAlgorithm.values()).stream()
                .filter(algorithm -> algorithm.family() != JwsAlgorithm.Family.HMAC)
                .toList()),
        Duration.ofSeconds(30),
        null,
        null,
        IssuerSettings.Profile.LENIENT,
        List.of(ClaimPath.of("scope"), ClaimPath.of("scp")),
        List.of(),
        null,
        BindingSettings.NONE);
  }

  /** Its keys as the verifier sees them; they serve for ever unless a test ends that. */
  public List<VerificationKey> verificationKeys() {
    return keys.stream()
        .map(key -> new VerificationKey(name, key.publicJwk(), Long.MAX_VALUE))
        .toList();
  }

  /** A source of the keys it has now; later changes are not seen. */
  public KeySource keySource() {
    List<VerificationKey> published = verificationKeys();
    return new KeySource() {
      @Override
      public Lookup find(String issuerName, @Nullable String keyId) {
        List<VerificationKey> found =
            published.stream()
                .filter(key -> issuerName.equals(key.issuer()))
                .filter(key -> keyId == null || keyId.equals(key.keyId()))
                .toList();
        return found.isEmpty() ? new Unknown() : new Found(found);
      }
    };
  }
}
