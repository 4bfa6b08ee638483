package dev.bearward.demo.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The bound on requests that wait for a person. */
final class PendingSignInsTest {
  @Test
  void add_beyondTheBound_dropsTheOldest() {
    DevelopmentIssuer issuer = DevelopmentIssuer.ofDemo(9000, 3000);
    AuthorizationRequest.Accepted request =
        new AuthorizationRequest.Accepted(
            issuer.clients().getFirst(),
            new Destination(SignIn.REDIRECT, Optional.empty()),
            ResponseType.TOKEN,
            Scopes.KNOWN,
            issuer.audience(),
            Optional.empty());
    PendingSignIns pending = new PendingSignIns(new TestClock());
    String oldest = pending.add(request, "browser");
    String second = pending.add(request, "browser");
    for (int i = 2; i <= PendingSignIns.MAX_PENDING; i++) {
      pending.add(request, "browser");
    }
    assertThat(pending.take(oldest, "browser")).isEmpty();
    assertThat(pending.take(second, "browser")).isPresent();
  }
}
