package dev.bearward.token;

import dev.bearward.http.Check.Owner;
import dev.bearward.http.Check.Setting;
import dev.bearward.http.Checks;
import dev.bearward.http.Reason;
import dev.bearward.token.JwtVerifier.Unproven;
import dev.bearward.token.TokenVerifier.Rejected;
import dev.bearward.token.TokenVerifier.Unavailable;
import dev.bearward.token.TokenVerifier.Verification;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the checks of a JWT once more, one at a time, for people: the same rules in the same
 * order as {@link JwtVerifier}, up to the first that is not met. It proves nothing: what was found
 * of keys and signature it is told.
 */
public final class TokenChecks {
  private static final ClaimPath CONFIRMATION = ClaimPath.of("cnf");

  private final JwtVerifier verifier;
  private final KeySource keys;
  private final InstantSource clock;

  /**
   * @param verifier whose checks they are
   * @param keys the keys that it has
   */
  public TokenChecks(JwtVerifier verifier, KeySource keys, InstantSource clock) {
    this.verifier = verifier;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * Adds the checks of a token.
   *
   * @param found what the verifier says of it
   */
  public void add(Checks checks, String token, Verification found) {
    Unproven unproven = verifier.read(token);
    if (unproven == null) {
      checks.fail(Reason.TOKEN_MALFORMED, fault(token), null);
      return;
    }
    checks.pass(Reason.TOKEN_MALFORMED, "three parts, strict base64url and JSON", null);
    String issuer = unproven.claims().text("iss");
    if (issuer == null) {
      checks.fail(Reason.MISSING_CLAIM, "iss is missing", null);
      return;
    }
    IssuerRules rules = verifier.rules(issuer);
    if (rules == null) {
      checks.fail(
          Reason.UNKNOWN_ISSUER,
          "iss " + issuer + " is none of " + new TreeSet<>(verifier.issuers()),
          null);
      return;
    }
    checks.pass(
        Reason.UNKNOWN_ISSUER,
        "iss " + issuer + " is issuer " + rules.name(),
        setting(rules, "issuer"));
    if (signed(checks, unproven, rules, reason(found))) {
      var _ = judged(checks, unproven, rules);
    }
  }

  private static @Nullable Reason reason(Verification found) {
    return switch (found) {
      case Rejected(Reason reason) -> reason;
      case Unavailable(Reason reason, var _) -> reason;
      case Verified _, TokenVerifier.Later _ -> null;
    };
  }

  private static Setting setting(IssuerRules rules, String key) {
    return new Setting(Owner.ISSUER, rules.name(), key);
  }

  /** Which rule of form is broken; nothing of what stands there. */
  private static String fault(String token) {
    CompactJws jws = CompactJws.split(token);
    if (jws == null) {
      return CompactJws.hasThreeParts(token, 0)
          ? "the signature is not strict base64url"
          : "not three parts with dots between, as a JWT has";
    }
    byte[] header = jws.header();
    if (header == null || jws.payload() == null) {
      return (header == null ? "the header" : "the payload") + " is not strict base64url";
    }
    return JoseHeader.read(header) == null
        ? "the header is not one JSON object with alg, or has crit, b64, zip, enc or a nested cty"
        : "the payload is not one JSON object with each name once and standard claims of their type";
  }

  /** Algorithm, key and signature, as far as they were found good. */
  private boolean signed(
      Checks checks, Unproven unproven, IssuerRules rules, @Nullable Reason found) {
    JwsAlgorithm algorithm = unproven.header().algorithm();
    boolean allowed = algorithm != null && rules.allows(algorithm);
    List<String> names =
        rules.settings().algorithms().stream().map(JwsAlgorithm::joseName).sorted().toList();
    String alg = algorithm == null ? "an alg that is not known" : "alg " + algorithm.joseName();
    if (!checks.add(
        Reason.ALGORITHM_NOT_ALLOWED,
        allowed,
        alg + (allowed ? " is in " : " is not in ") + names,
        setting(rules, "algorithms"))) {
      return false;
    }
    boolean hmac = algorithm != null && algorithm.family() == JwsAlgorithm.Family.HMAC;
    return (hmac || keyed(checks, unproven, rules, found))
        && checks.add(
            Reason.BAD_SIGNATURE,
            found != Reason.BAD_SIGNATURE,
            "by " + (hmac ? "the secret" : "a key") + " of issuer " + rules.name(),
            setting(rules, hmac ? "secret" : "keys"));
  }

  private boolean keyed(
      Checks checks, Unproven unproven, IssuerRules rules, @Nullable Reason found) {
    Setting setting = setting(rules, "keys");
    if (found == Reason.KEYS_UNAVAILABLE) {
      return checks.fail(found, "no key of issuer " + rules.name() + " is at hand", setting);
    }
    List<String> ids = keyIds(rules.name());
    checks.pass(Reason.KEYS_UNAVAILABLE, ids.size() + " key(s) of issuer " + rules.name(), setting);
    String id = unproven.header().keyId();
    boolean known = found != Reason.UNKNOWN_KEY;
    return checks.add(
        Reason.UNKNOWN_KEY,
        known,
        (id == null ? "no kid" : "kid " + id)
            + (known ? ": found" : ": none that fits the algorithm; key ids " + ids),
        setting);
  }

  private List<String> keyIds(String issuer) {
    return keys.find(issuer, null) instanceof KeySource.Found(List<VerificationKey> all)
        ? all.stream().map(key -> Objects.requireNonNullElse(key.keyId(), "(no kid)")).toList()
        : List.of();
  }

  /** What the claims say. */
  private boolean judged(Checks checks, Unproven unproven, IssuerRules rules) {
    TokenClaims claims = unproven.claims();
    List<ClaimPath> missing = rules.required().stream().filter(name -> !claims.has(name)).toList();
    return checks.add(
            Reason.WRONG_TYPE,
            rules.isAccessToken(unproven.header().type(), claims),
            type(unproven) + ", profile " + profile(rules),
            setting(rules, "profile"))
        && checks.add(
            Reason.MISSING_CLAIM,
            missing.isEmpty(),
            missing.isEmpty() ? rules.required() + " are there" : missing + " missing",
            setting(rules, "profile"))
        && checks.add(
            Reason.WRONG_AUDIENCE,
            rules.isForOurAudience(claims),
            rules.settings().audienceClaim()
                + " "
                + rules.audiences(claims)
                + ", wanted one of "
                + rules.settings().audiences(),
            setting(rules, "audience"))
        && timely(checks, claims, rules)
        && conditions(checks, claims, rules)
        && bound(checks, claims, rules);
  }

  private static String type(Unproven unproven) {
    String typ =
        switch (unproven.header().type()) {
          case ABSENT -> "no typ";
          case JWT -> "typ JWT";
          case ACCESS_TOKEN -> "typ at+jwt";
          case OTHER -> "a typ of other tokens";
        };
    String kind = unproven.claims().text("typ");
    String use = unproven.claims().text("token_use");
    return typ
        + (kind == null ? "" : ", claim typ " + kind)
        + (use == null ? "" : ", claim token_use " + use);
  }

  private static String profile(IssuerRules rules) {
    return switch (rules.settings().profile()) {
      case LENIENT -> "lenient";
      case RFC9068 -> "rfc9068";
      case ID_TOKEN -> "idToken";
    };
  }

  private boolean timely(Checks checks, TokenClaims claims, IssuerRules rules) {
    long now = clock.millis();
    Reason problem = rules.untimely(claims, now);
    for (TimeWords.Line line : TimeWords.of(claims, rules.settings(), now)) {
      Setting setting = setting(rules, line.key());
      if (problem != null && line.reasons().contains(problem)) {
        return checks.fail(problem, line.text(), setting);
      }
      checks.pass(line.reasons().getFirst(), line.text(), setting);
    }
    return true;
  }

  private static boolean conditions(Checks checks, TokenClaims claims, IssuerRules rules) {
    for (ClaimCondition condition : rules.settings().requireClaims()) {
      Reason problem = IssuerRules.problem(condition, claims);
      if (!checks.add(
          problem == null ? Reason.CLAIM_MISMATCH : problem,
          problem == null,
          ClaimWords.of(condition)
              + "; the token has "
              + ClaimWords.of(claims.at(condition.claim())),
          setting(rules, "requireClaims"))) {
        return false;
      }
    }
    return true;
  }

  private static boolean bound(Checks checks, TokenClaims claims, IssuerRules rules) {
    Reason problem = rules.bindingProblem(claims);
    BindingSettings binding = rules.settings().binding();
    ClaimValue cnf = claims.at(CONFIRMATION);
    String to = cnf == null ? "not bound" : "bound by cnf " + ClaimWords.of(cnf);
    return checks.add(
        problem == null ? Reason.BINDING_NOT_SUPPORTED : problem,
        problem == null,
        to + "; dpop " + word(binding.dpop()) + ", mtls " + word(binding.mtls()),
        setting(rules, "binding"));
  }

  private static String word(BindingSettings.Demand demand) {
    return demand.name().toLowerCase(Locale.ROOT);
  }
}
