package dev.bearward.config;

import dev.bearward.introspect.IntrospectionSettings;
import dev.bearward.jwks.KeySetSettings;
import dev.bearward.token.BindingSettings;
import dev.bearward.token.ClaimCondition;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.IssuerSettings;
import dev.bearward.token.IssuerSettings.Profile;
import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.SharedSecret;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The items of {@code issuers}. */
final class IssuerReader {
  static final int MOST = 100;
  private static final int MOST_AUDIENCES = 64;
  private static final int MOST_CLAIMS = 32;
  private static final Duration YEAR = Duration.ofDays(365);
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0," + (IssuerName.LONGEST - 1) + "}");
  private static final Pattern IDENTIFIER = Pattern.compile("[^\\s\\p{Cntrl}]{1,512}");
  private static final List<String> ALGORITHMS =
      Arrays.stream(JwsAlgorithm.values()).map(JwsAlgorithm::joseName).toList();
  private static final List<String> PROFILES = List.of("lenient", "rfc9068", "idToken");
  private static final List<ClaimPath> SCOPE_CLAIMS =
      List.of(ClaimPath.of("scope"), ClaimPath.of("scp"));

  private final Folder folder;
  private final Taken names = new Taken("a name");
  private final Taken identifiers = new Taken("an issuer");
  private boolean allNamed = true;

  IssuerReader(Folder folder) {
    this.folder = folder;
  }

  /** One issuer: what is accepted of its tokens, where its keys are, and how it is asked. */
  record Issuer(
      IssuerSettings settings,
      KeySetSettings keySet,
      @Nullable IntrospectionSettings introspection) {}

  /** The names so far; empty when they are not all known, so that nobody is told of a wrong one. */
  Set<String> names() {
    return allNamed ? names.all() : Set.of();
  }

  @Nullable Issuer read(Value value) {
    Section issuer = value.section(Keys.ISSUER);
    if (issuer == null) {
      allNamed = false;
      return null;
    }
    String identifier = issuer.need("issuer", "the issuer as in iss", this::identifier);
    String name = name(issuer, identifier);
    allNamed &= name != null;
    List<String> audiences =
        issuer.need(
            "audience",
            "what the issuer's tokens must be meant for",
            v -> v.oneOrList(MOST_AUDIENCES, IssuerReader::audience));
    ClaimPath audienceClaim = issuer.or("audienceClaim", IssuerSettings.AUD, ClaimReader::path);
    Set<JwsAlgorithm> algorithms = algorithms(issuer);
    SharedSecret secret = secret(issuer, algorithms);
    Duration clockSkew =
        issuer.or(
            "clockSkew",
            Duration.ofSeconds(30),
            v -> v.duration(Duration.ZERO, Duration.ofMinutes(5)));
    Duration maxTokenAge = longest(issuer, "maxTokenAge");
    Duration maxLifetime = longest(issuer, "maxLifetime");
    Profile profile = profile(issuer);
    List<ClaimPath> scopeClaims =
        issuer.or("scopeClaims", SCOPE_CLAIMS, v -> v.list(1, 16, ClaimReader::path));
    List<ClaimCondition> conditions =
        issuer.or("requireClaims", List.of(), IssuerReader::conditions);
    BindingSettings binding = BindingReader.read(issuer.inner("binding", Keys.BINDING));
    boolean onlyHmac = algorithms.stream().allMatch(IssuerReader::isHmac);
    KeySetSettings keySet = new KeySetReader(issuer, folder).read(name, identifier, onlyHmac);
    IntrospectionSettings introspection = IntrospectionReader.read(issuer, keySet);
    if (name == null
        || identifier == null
        || audiences == null
        || audiences.isEmpty()
        || keySet == null) {
      return null;
    }
    return new Issuer(
        new IssuerSettings(
            name,
            identifier,
            audiences,
            audienceClaim,
            algorithms,
            clockSkew,
            maxTokenAge,
            maxLifetime,
            profile,
            scopeClaims,
            conditions,
            secret,
            binding),
        keySet,
        introspection);
  }

  private static boolean isHmac(JwsAlgorithm algorithm) {
    return algorithm.family() == JwsAlgorithm.Family.HMAC;
  }

  private @Nullable String name(Section issuer, @Nullable String identifier) {
    Value value = issuer.find(issuer.has("name") ? "name" : "issuer");
    if (value == null) {
      return null;
    }
    String expected = "a name of letters, digits and . _ : -, at most " + IssuerName.LONGEST;
    String name =
        issuer.has("name")
            ? value.text(NAME, expected)
            : identifier == null ? null : IssuerName.of(identifier);
    if (name != null && !NAME.matcher(name).matches()) {
      issuer.report("name", "missing (expected: " + expected + ")");
      return null;
    }
    if (name != null) {
      names.take(name, value);
    }
    return name;
  }

  private @Nullable String identifier(Value value) {
    String identifier = value.text(IDENTIFIER, "the issuer as in iss, without spaces");
    if (identifier != null) {
      identifiers.take(identifier, value);
    }
    return identifier;
  }

  private static @Nullable String audience(Value value) {
    return value.text("an audience");
  }

  private static Set<JwsAlgorithm> algorithms(Section issuer) {
    boolean secret = issuer.has("secret");
    List<JwsAlgorithm> given =
        issuer.orNull("algorithms", v -> v.list(1, 16, item -> algorithm(item, secret)));
    if (given != null && !given.isEmpty()) {
      return Collections.unmodifiableSet(EnumSet.copyOf(given));
    }
    return secret
        ? Collections.unmodifiableSet(EnumSet.of(JwsAlgorithm.HS256))
        : Collections.unmodifiableSet(
            EnumSet.complementOf(
                EnumSet.of(JwsAlgorithm.HS256, JwsAlgorithm.HS384, JwsAlgorithm.HS512)));
  }

  private static @Nullable JwsAlgorithm algorithm(Value value, boolean secret) {
    String name = value.text("an algorithm");
    if (name == null) {
      return null;
    }
    JwsAlgorithm algorithm = JwsAlgorithm.named(name).orElse(null);
    if (algorithm == null) {
      value.refuseSaying(Suggestion.among(name, ALGORITHMS));
    } else if (isHmac(algorithm) && !secret) {
      value.refuse("an asymmetric algorithm, or secret beside it");
    }
    return algorithm;
  }

  private static @Nullable SharedSecret secret(Section issuer, Set<JwsAlgorithm> algorithms) {
    Value value = issuer.find("secret");
    if (value == null) {
      return null;
    }
    if (algorithms.stream().noneMatch(IssuerReader::isHmac)) {
      issuer.report("secret", "never used (expected: an HS algorithm in algorithms)");
    }
    return SecretReader.read(value.secret(), algorithms);
  }

  private static @Nullable Duration longest(Section issuer, String key) {
    return issuer.orNull(key, v -> v.noneOr(some -> some.duration(Duration.ofSeconds(1), YEAR)));
  }

  private static Profile profile(Section issuer) {
    String word = issuer.or("profile", "lenient", v -> v.word(PROFILES));
    return switch (word) {
      case "rfc9068" -> Profile.RFC9068;
      case "idToken" -> Profile.ID_TOKEN;
      default -> Profile.LENIENT;
    };
  }

  private static @Nullable List<ClaimCondition> conditions(Value value) {
    return value.list(0, MOST_CLAIMS, item -> ClaimReader.condition(item, Keys.REQUIRED_CLAIM));
  }
}
