package dev.bearward.token;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Verified tokens for tests of the rooms that judge or use them. */
public final class TestVerified {
  private String issuer = "auth0";
  private List<String> audiences = List.of("appointments:api");
  private Set<String> scopes = Set.of();
  private final Map<ClaimPath, ClaimValue> claims = new HashMap<>();

  private TestVerified() {}

  /** A token of issuer {@code auth0} for {@code appointments:api}, without scopes and claims. */
  public static TestVerified token() {
    return new TestVerified();
  }

  /** Sets the name of the issuer's configuration. */
  public TestVerified issuer(String name) {
    issuer = name;
    return this;
  }

  /** Sets the audiences. */
  public TestVerified audiences(String... values) {
    audiences = List.of(values);
    return this;
  }

  /** Sets the scopes. */
  public TestVerified scopes(String... values) {
    scopes = Set.of(values);
    return this;
  }

  /** Adds a top-level claim. */
  public TestVerified claim(String name, ClaimValue value) {
    claims.put(ClaimPath.of(name), value);
    return this;
  }

  /** The token. */
  public Verified verified() {
    return new Verified(issuer, "user-1", "spa", audiences, scopes, claims, Long.MAX_VALUE);
  }
}
