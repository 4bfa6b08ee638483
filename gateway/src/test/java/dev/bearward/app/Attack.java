package dev.bearward.app;

import dev.bearward.http.Reason;
import java.util.EnumSet;
import java.util.Set;

/**
 * A request that must not pass.
 *
 * @param name says what is wrong with it
 * @param lines the lines of its head that carry the token, each character one byte
 * @param reasons what may be given as the reason
 */
record Attack(String name, String lines, Set<Reason> reasons) {
  /** What may be found before a signature has been proven good. */
  static final Set<Reason> UNPROVEN =
      EnumSet.of(
          Reason.MALFORMED_AUTHORIZATION,
          Reason.MULTIPLE_TOKENS,
          Reason.TOKEN_MALFORMED,
          Reason.MISSING_CLAIM,
          Reason.UNKNOWN_ISSUER,
          Reason.ALGORITHM_NOT_ALLOWED,
          Reason.UNKNOWN_KEY,
          Reason.BAD_SIGNATURE);

  /** A token that is refused for exactly that reason. */
  static Attack token(String name, Reason reason, String token) {
    return field(name, reason, "Bearer " + token);
  }

  /** A field value that is refused for exactly that reason. */
  static Attack field(String name, Reason reason, String value) {
    return new Attack(name, "Authorization: " + value, Set.of(reason));
  }

  /** A token whose signature cannot be good, whatever else is wrong with it. */
  static Attack forged(String name, String token) {
    boolean control = token.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f);
    Set<Reason> reasons = control ? Set.of(Reason.BAD_REQUEST) : UNPROVEN;
    return new Attack(name, "Authorization: Bearer " + token, reasons);
  }

  /** Whether it is no HTTP at all, so that nothing after it is read on its connection. */
  boolean breaksHttp() {
    return reasons.contains(Reason.BAD_REQUEST);
  }
}
