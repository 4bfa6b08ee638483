package dev.bearward.token;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Settings of an issuer with some changes. */
final class Settings {
  private final IssuerSettings base;
  private List<String> audiences;
  private ClaimPath audienceClaim;
  private Set<JwsAlgorithm> algorithms;
  private Duration clockSkew;
  private @Nullable Duration maxTokenAge;
  private @Nullable Duration maxLifetime;
  private IssuerSettings.Profile profile;
  private List<ClaimPath> scopeClaims;
  private List<ClaimCondition> requireClaims;
  private @Nullable SharedSecret secret;
  private BindingSettings binding;

  private Settings(IssuerSettings base) {
    this.base = base;
    this.audiences = base.audiences();
    this.audienceClaim = base.audienceClaim();
    this.algorithms = base.algorithms();
    this.clockSkew = base.clockSkew();
    this.maxTokenAge = base.maxTokenAge();
    this.maxLifetime = base.maxLifetime();
    this.profile = base.profile();
    this.scopeClaims = base.scopeClaims();
    this.requireClaims = base.requireClaims();
    this.secret = base.secret();
    this.binding = base.binding();
  }

  static Settings of(IssuerSettings base) {
    return new Settings(base);
  }

  Settings audiences(String... values) {
    audiences = List.of(values);
    return this;
  }

  Settings audienceClaim(ClaimPath value) {
    audienceClaim = value;
    return this;
  }

  Settings algorithms(JwsAlgorithm... values) {
    algorithms = Set.of(values);
    return this;
  }

  Settings clockSkew(Duration value) {
    clockSkew = value;
    return this;
  }

  Settings maxTokenAge(@Nullable Duration value) {
    maxTokenAge = value;
    return this;
  }

  Settings maxLifetime(Duration value) {
    maxLifetime = value;
    return this;
  }

  Settings profile(IssuerSettings.Profile value) {
    profile = value;
    return this;
  }

  Settings scopeClaims(ClaimPath... values) {
    scopeClaims = List.of(values);
    return this;
  }

  Settings requireClaims(ClaimCondition... values) {
    requireClaims = List.of(values);
    return this;
  }

  Settings secret(SharedSecret value) {
    secret = value;
    return this;
  }

  Settings binding(BindingSettings value) {
    binding = value;
    return this;
  }

  Settings binding(BindingSettings.Demand dpop, BindingSettings.Demand mtls) {
    return binding(new BindingSettings(dpop, mtls, Duration.ofSeconds(60), false));
  }

  IssuerSettings build() {
    return new IssuerSettings(
        base.name(),
        base.issuer(),
        audiences,
        audienceClaim,
        algorithms,
        clockSkew,
        maxTokenAge,
        maxLifetime,
        profile,
        scopeClaims,
        requireClaims,
        secret,
        binding);
  }
}
