package dev.bearward.config;

import dev.bearward.policy.Requirement;
import dev.bearward.policy.StepUp;
import dev.bearward.token.ClaimCondition;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a route demands: {@code require}, or {@code public: true}. */
final class RequirementReader {
  private static final int MOST = 100;
  // scope-token, RFC 6749 section 3.3.
  private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]{1,256}");

  private static final String ACR_VALUE =
      "one authentication context class, without spaces and quotes";

  private final Set<String> issuers;

  /**
   * @param issuers names of all issuers; empty when they are not known
   */
  RequirementReader(Set<String> issuers) {
    this.issuers = issuers;
  }

  @Nullable Requirement read(Section route) {
    Requirement demanded = route.orNull("require", this::demanded);
    boolean open = route.or("public", false, RequirementReader::open);
    if (route.has("require") == route.has("public")) {
      String both = route.has("public") ? "both require and public" : "neither require nor public";
      route.whole().report(both + " (expected: require, or public: true)");
      return null;
    }
    return open ? new Requirement.Open() : demanded;
  }

  private static @Nullable Boolean open(Value value) {
    Boolean open = value.bool();
    if (open != null && !open) {
      value.refuse("true; a route that is not public says require");
    }
    return open;
  }

  private @Nullable Requirement demanded(Value value) {
    Section require = value.section(Keys.REQUIRE);
    if (require == null) {
      return null;
    }
    return new Requirement.Token(
        Set.copyOf(require.or("issuers", List.of(), v -> v.list(1, MOST, this::issuer))),
        Set.copyOf(
            require.or("audiences", List.of(), v -> v.list(1, MOST, i -> i.text("an audience")))),
        require.or("scopes", List.of(), RequirementReader::scopes),
        require.or("anyScope", List.of(), RequirementReader::scopes),
        require.or("claims", List.of(), RequirementReader::claims),
        require.orNull("acr", RequirementReader::stepUp));
  }

  private static @Nullable StepUp stepUp(Value value) {
    Section acr = value.section(Keys.ACR);
    if (acr == null) {
      return null;
    }
    if (!acr.has("anyOf") && !acr.has("maxAge")) {
      value.report("nothing (expected: anyOf, maxAge or both)");
      return null;
    }
    List<String> anyOf =
        acr.or("anyOf", List.of(), v -> v.list(1, MOST, i -> i.text(SCOPE, ACR_VALUE)));
    Duration maxAge = acr.orNull("maxAge", RequirementReader::wholeSeconds);
    return anyOf.isEmpty() && maxAge == null ? null : new StepUp(anyOf, maxAge);
  }

  /** What {@code max_age} can say. */
  private static @Nullable Duration wholeSeconds(Value value) {
    Duration duration = value.duration(Duration.ofSeconds(1), Duration.ofDays(365));
    if (duration != null && !StepUp.wholeSeconds(duration)) {
      value.refuse("whole seconds");
      return null;
    }
    return duration;
  }

  private @Nullable String issuer(Value value) {
    String name = value.text("the name of an issuer");
    if (name != null && !issuers.isEmpty() && !issuers.contains(name)) {
      value.refuseSaying("no such issuer; " + Suggestion.among(name, issuers));
      return null;
    }
    return name;
  }

  /** Repetitions are reported before, so the set never drops one silently. */
  private static @Nullable List<String> scopes(Value value) {
    List<String> scopes =
        value.list(1, MOST, v -> v.text(SCOPE, "one scope, without spaces and quotes"));
    return scopes == null ? null : List.copyOf(new LinkedHashSet<>(scopes));
  }

  private static @Nullable List<ClaimCondition> claims(Value value) {
    return value.list(1, MOST, item -> ClaimReader.condition(item, Keys.ROUTE_CLAIM));
  }
}
