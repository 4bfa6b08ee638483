package dev.bearward.revocation;

import dev.bearward.token.Revocation;
import dev.bearward.token.Revocations;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Takes an operator's revocations: in the right form, of a known issuer, and not of the past. */
public final class RevocationDesk {
  /** Longest time that a revocation may last. */
  static final Duration LONGEST = Duration.ofDays(3_650);

  private final Revocations revocations;
  private final Set<String> issuers;
  private final InstantSource clock;

  /**
   * @param issuers names of the issuers' configurations
   */
  public RevocationDesk(Revocations revocations, Set<String> issuers, InstantSource clock) {
    this.revocations = revocations;
    this.issuers = new TreeSet<>(issuers);
    this.clock = clock;
  }

  /** What the operator is told. */
  public sealed interface Reply {}

  /** Nothing was revoked, for that reason. */
  public record Refused(String problem) implements Reply {}

  /** It was handed on, with that result. */
  public record Handed(Revocations.Added result) implements Reply {}

  /** Revokes what a JSON object says, see {@link RevocationForm}. */
  public CompletionStage<Reply> revoke(byte[] json) {
    return switch (RevocationForm.read(json)) {
      case RevocationForm.Bad(String problem) -> refused(problem);
      case RevocationForm.Good(Revocation revocation) -> {
        String problem = problem(revocation);
        yield problem == null
            ? revocations.add(revocation).thenApply(Handed::new)
            : refused(problem);
      }
    };
  }

  private static CompletionStage<Reply> refused(String problem) {
    return CompletableFuture.completedStage(new Refused(problem));
  }

  private @Nullable String problem(Revocation revocation) {
    String issuer = revocation.issuer();
    if (issuer != null && !issuers.contains(issuer)) {
      return "issuer: "
          + issuer
          + " (expected: the name of a configured issuer: "
          + String.join(", ", issuers)
          + ")";
    }
    Instant now = clock.instant();
    Instant end = revocation.expiresAt();
    if (!end.isAfter(now) || end.isAfter(now.plus(LONGEST))) {
      return "expiresAt: "
          + end
          + " (expected: a time to come, at most "
          + LONGEST.toDays()
          + " days from now)";
    }
    Instant issuedBefore = revocation.issuedBefore();
    return issuedBefore != null && issuedBefore.isAfter(end)
        ? "issuedBefore: " + issuedBefore + " (expected: not after expiresAt)"
        : null;
  }
}
