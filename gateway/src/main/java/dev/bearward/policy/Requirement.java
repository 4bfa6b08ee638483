package dev.bearward.policy;

import dev.bearward.http.Reason;
import dev.bearward.token.ClaimCondition;
import dev.bearward.token.Verified;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a route demands of a request. */
public sealed interface Requirement {
  /**
   * Judges a verified token; the first demand that it does not meet names the reason.
   *
   * @param clock asked only where a demand depends on the time
   */
  Verdict judge(Verified identity, InstantSource clock);

  /**
   * Whether every token that meets this also meets the other. May be false where it would take
   * knowledge of the issuers to see it, never true where it does not hold.
   */
  boolean demandsAtLeast(Requirement other);

  /** No token is looked at. */
  record Open() implements Requirement {
    @Override
    public Verdict judge(Verified identity, InstantSource clock) {
      return Verdict.MET;
    }

    @Override
    public boolean demandsAtLeast(Requirement other) {
      return other instanceof Open;
    }
  }

  /**
   * A valid token that meets all of the following, judged in this order: the authentication last,
   * so that nobody has to authenticate again only to learn that the token lacks a scope as well.
   *
   * @param issuers names of the issuers accepted; empty: all
   * @param audiences the token must be meant for one of them; empty: the issuer's own list decides
   * @param scopes all of them, exactly
   * @param anyScope at least one of them; empty: no demand
   * @param claims all of them
   * @param stepUp what the user's authentication must have been, or null for no demand
   */
  record Token(
      Set<String> issuers,
      Set<String> audiences,
      List<String> scopes,
      List<String> anyScope,
      List<ClaimCondition> claims,
      @Nullable StepUp stepUp)
      implements Requirement {
    public Token {
      issuers = Set.copyOf(issuers);
      audiences = Set.copyOf(audiences);
      scopes = List.copyOf(scopes);
      anyScope = List.copyOf(anyScope);
      claims = List.copyOf(claims);
    }

    /** A demand that says nothing of the authentication. */
    public Token(
        Set<String> issuers,
        Set<String> audiences,
        List<String> scopes,
        List<String> anyScope,
        List<ClaimCondition> claims) {
      this(issuers, audiences, scopes, anyScope, claims, null);
    }

    /** The scopes to ask for: all that are needed, and all that any one would do of. */
    public List<String> scopesToAskFor() {
      return Stream.concat(scopes.stream(), anyScope.stream()).distinct().toList();
    }

    @Override
    public Verdict judge(Verified identity, InstantSource clock) {
      if (!issuers.isEmpty() && !issuers.contains(identity.issuer())) {
        return new Verdict.Unmet(Reason.UNKNOWN_ISSUER, "issuers");
      }
      if (!audiences.isEmpty() && !holdsAny(audiences, identity.audiences())) {
        return new Verdict.Unmet(Reason.WRONG_AUDIENCE, "audiences");
      }
      if (!holdsAll(identity.scopes(), scopes)) {
        return new Verdict.Unmet(Reason.INSUFFICIENT_SCOPE, "scopes");
      }
      if (!anyScope.isEmpty() && !holdsAny(identity.scopes(), anyScope)) {
        return new Verdict.Unmet(Reason.INSUFFICIENT_SCOPE, "anyScope");
      }
      for (int i = 0; i < claims.size(); i++) {
        if (!claims.get(i).meets(identity)) {
          return new Verdict.Unmet(Reason.CLAIM_MISMATCH, claims.get(i).claim().toString());
        }
      }
      String missing = stepUp == null ? null : stepUp.missing(identity, clock);
      return missing == null ? Verdict.MET : new Verdict.Unmet(Reason.STEP_UP_REQUIRED, missing);
    }

    private static boolean holdsAll(Set<String> held, List<String> wanted) {
      for (int i = 0; i < wanted.size(); i++) {
        if (!held.contains(wanted.get(i))) {
          return false;
        }
      }
      return true;
    }

    private static boolean holdsAny(Set<String> held, List<String> wanted) {
      for (int i = 0; i < wanted.size(); i++) {
        if (held.contains(wanted.get(i))) {
          return true;
        }
      }
      return false;
    }

    @Override
    public boolean demandsAtLeast(Requirement other) {
      return switch (other) {
        case Open _ -> true;
        case Token token -> Strictness.atLeast(this, token);
      };
    }
  }
}
