package dev.bearward.token;

import dev.bearward.http.Reason;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** What one issuer's configuration says of its tokens, made ready for use. */
final class IssuerRules {
  private static final ClaimPath CONFIRMATION = ClaimPath.of("cnf");

  /** RFC 9068 section 2.2; iss, exp and the audience are needed in any case. */
  private static final List<String> REQUIRED_BY_RFC9068 =
      List.of("aud", "sub", "client_id", "iat", "jti");

  /** OpenID Connect Core section 2. */
  private static final List<String> REQUIRED_OF_ID_TOKENS = List.of("sub", "iat");

  /** What ID tokens have and access tokens do not (RFC 8725 section 3.11). */
  private static final List<String> SIGNS_OF_ID_TOKENS = List.of("at_hash", "c_hash");

  /** Claims in which servers say what kind of token it is. */
  private static final List<String> KINDS = List.of("typ", "token_use");

  private static final Set<String> OTHER_KINDS = Set.of("refresh", "offline", "logout");

  private static final String ID_TOKEN = "id";

  private final IssuerSettings settings;
  private final Set<JwsAlgorithm> algorithms;
  private final TimeRules times;
  private final BindingRules binding;
  private final List<ClaimPath> required;
  private final Set<ClaimPath> facts;
  private final @Nullable SignatureChecks secret;
  private final SharedFacts shared = new SharedFacts();

  /**
   * @param facts claims that verified tokens show
   */
  IssuerRules(IssuerSettings settings, Set<ClaimPath> facts) {
    this.settings = settings;
    this.algorithms = EnumSet.copyOf(settings.algorithms());
    this.times = new TimeRules(settings);
    this.binding = new BindingRules(settings.binding());
    this.required = required(settings);
    this.facts = Set.copyOf(facts);
    this.secret =
        settings.secret() == null
            ? null
            : new SignatureChecks(new SecretKeySpec(settings.secret().bytes(), "HMAC"));
  }

  /** The configuration they are made from. */
  IssuerSettings settings() {
    return settings;
  }

  /** Name of the issuer's configuration. */
  String name() {
    return settings.name();
  }

  /** Whether the issuer may sign with it; HMAC needs the secret as well. */
  boolean allows(JwsAlgorithm algorithm) {
    return algorithms.contains(algorithm)
        && (algorithm.family() != JwsAlgorithm.Family.HMAC || secret != null);
  }

  /** The check by the shared secret, for an HMAC algorithm that is allowed. */
  SignatureCheck secretCheck(JwsAlgorithm algorithm, VerificationCrypto crypto) {
    if (secret == null) {
      throw new IllegalStateException("no secret: " + algorithm + " is not allowed");
    }
    return secret.by(algorithm, crypto);
  }

  /** What is wrong with a token whose signature is good, or null. */
  @Nullable Reason problem(JoseHeader header, TokenClaims claims, long now) {
    if (!isAccessToken(header.type(), claims)) {
      return Reason.WRONG_TYPE;
    }
    if (!hasRequired(claims)) {
      return Reason.MISSING_CLAIM;
    }
    return isForOurAudience(claims) ? problemHereAndNow(claims, now) : Reason.WRONG_AUDIENCE;
  }

  /** What is wrong with what an issuer itself says of an active opaque token, or null. */
  @Nullable Reason problemOfReply(TokenClaims claims, long now) {
    String issuer = claims.text("iss");
    if (issuer != null && !issuer.equals(settings.issuer())) {
      return Reason.UNKNOWN_ISSUER;
    }
    if (!isOfNoOtherKind(claims)) {
      return Reason.WRONG_TYPE;
    }
    if (!claims.has(settings.audienceClaim())) {
      return Reason.MISSING_CLAIM;
    }
    return isForOurAudience(claims) ? problemHereAndNow(claims, now) : Reason.WRONG_AUDIENCE;
  }

  private @Nullable Reason problemHereAndNow(TokenClaims claims, long now) {
    Reason untimely = untimely(claims, now);
    if (untimely != null) {
      return untimely;
    }
    Reason unmet = conditionProblem(claims);
    if (unmet != null) {
      return unmet;
    }
    return bindingProblem(claims);
  }

  /** Whether type and claims are those of an access token. */
  boolean isAccessToken(JoseHeader.Type type, TokenClaims claims) {
    boolean typed =
        switch (type) {
          case ACCESS_TOKEN -> true;
          case ABSENT, JWT -> settings.profile() != IssuerSettings.Profile.RFC9068;
          case OTHER -> false;
        };
    return typed && isOfNoOtherKind(claims);
  }

  private boolean isOfNoOtherKind(TokenClaims claims) {
    boolean idTokens = settings.profile() == IssuerSettings.Profile.ID_TOKEN;
    for (String name : KINDS) {
      String kind = claims.text(name);
      if (kind != null && isAnotherKind(kind.toLowerCase(Locale.ROOT), idTokens)) {
        return false;
      }
    }
    return !claims.has("events")
        && (idTokens || SIGNS_OF_ID_TOKENS.stream().noneMatch(claims::has));
  }

  private static boolean isAnotherKind(String kind, boolean idTokens) {
    return OTHER_KINDS.contains(kind) || (!idTokens && kind.equals(ID_TOKEN));
  }

  private boolean hasRequired(TokenClaims claims) {
    return required.stream().allMatch(claims::has);
  }

  /** The claims that have to be there, {@code iss} beside them. */
  List<ClaimPath> required() {
    return required;
  }

  private static List<ClaimPath> required(IssuerSettings settings) {
    List<String> more =
        switch (settings.profile()) {
          case LENIENT -> List.of();
          case RFC9068 -> REQUIRED_BY_RFC9068;
          case ID_TOKEN -> REQUIRED_OF_ID_TOKENS;
        };
    return Stream.concat(
            Stream.of(ClaimPath.of("exp"), settings.audienceClaim()),
            more.stream().map(ClaimPath::of))
        .distinct()
        .toList();
  }

  /** Whether the token is meant for us. */
  boolean isForOurAudience(TokenClaims claims) {
    return audiences(claims).stream().anyMatch(settings.audiences()::contains);
  }

  /** What the token is meant for, by the claim that says so; none where it says nothing. */
  List<String> audiences(TokenClaims claims) {
    List<String> audiences = TokenClaims.texts(claims.at(settings.audienceClaim()));
    return audiences == null ? List.of() : audiences;
  }

  private @Nullable Reason conditionProblem(TokenClaims claims) {
    for (ClaimCondition condition : settings.requireClaims()) {
      Reason problem = problem(condition, claims);
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  /** Why a token does not meet one of the conditions, or null. */
  static @Nullable Reason problem(ClaimCondition condition, TokenClaims claims) {
    ClaimValue actual = claims.at(condition.claim());
    if (actual == null || actual instanceof ClaimValue.Null) {
      return Reason.MISSING_CLAIM;
    }
    return condition.metBy(actual) ? null : Reason.CLAIM_MISMATCH;
  }

  /** Why the token's times do not hold, or null. */
  @Nullable Reason untimely(TokenClaims claims, long now) {
    return times.problem(claims, now);
  }

  /** Why the token's binding does not do, or null. */
  @Nullable Reason bindingProblem(TokenClaims claims) {
    return binding.problem(claims.at(CONFIRMATION));
  }

  /** The facts of a token without a problem. */
  Verified facts(TokenClaims claims, @Nullable VerificationKey key) {
    return facts(claims, times.validity(claims, key));
  }

  /**
   * The facts of an opaque token without a problem.
   *
   * @param until when the issuer has to be asked again; its {@code exp} comes first
   */
  Verified factsOfReply(TokenClaims claims, long until) {
    Validity own = times.validity(claims, null);
    long end = Math.min(own.untilMillis(), TimeRules.expiry(claims));
    return facts(claims, new Validity(own.fromMillis(), Math.min(end, until), end, null));
  }

  private Verified facts(TokenClaims claims, Validity validity) {
    String clientId = claims.text("client_id");
    return new Verified(
        settings.name(),
        claims.text("sub"),
        shared.clientId(clientId == null ? claims.text("azp") : clientId),
        claims.text("jti"),
        claims.millis("iat", Verified.ISSUED_LONG_AGO),
        shared.audiences(audiences(claims)),
        shared.scopes(scopes(claims)),
        shown(claims),
        TimeRules.expiry(claims),
        validity,
        authentication(claims),
        confirmation(claims));
  }

  private @Nullable Authentication authentication(TokenClaims claims) {
    return Authentication.of(claims.at(Authentication.CLAIM), settings.clockSkew());
  }

  private static @Nullable Confirmation confirmation(TokenClaims claims) {
    ClaimValue cnf = claims.at(CONFIRMATION);
    return cnf == null ? null : Confirmation.read(cnf);
  }

  /** RFC 8693 section 4.2: separated by spaces, or, as others do it, an array. */
  private Set<String> scopes(TokenClaims claims) {
    Set<String> scopes = new HashSet<>();
    for (ClaimPath path : settings.scopeClaims()) {
      ClaimValue value = claims.at(path);
      if (value instanceof ClaimValue.Text(String text)) {
        StringTokenizer separate = new StringTokenizer(text, " ");
        while (separate.hasMoreTokens()) {
          scopes.add(separate.nextToken());
        }
      } else {
        List<String> items = TokenClaims.texts(value);
        scopes.addAll(items == null ? List.of() : items);
      }
    }
    return scopes;
  }

  private Map<ClaimPath, ClaimValue> shown(TokenClaims claims) {
    Map<ClaimPath, ClaimValue> shown = new HashMap<>();
    for (ClaimPath path : facts) {
      ClaimValue value = claims.at(path);
      if (value != null) {
        shown.put(path, value);
      }
    }
    return shown;
  }
}
