package dev.bearward.token;

import dev.bearward.http.Reason;
import dev.bearward.token.BindingSettings.Demand;
import org.jspecify.annotations.Nullable;

/** Whether a token's binding is one that its issuer's configuration allows and demands. */
final class BindingRules {
  private final BindingSettings settings;

  BindingRules(BindingSettings settings) {
    this.settings = settings;
  }

  /**
   * What is wrong with the binding, or null. A binding that is not checked is never overlooked: a
   * token that names one is refused, since its holder may be anybody.
   */
  @Nullable Reason problem(@Nullable ClaimValue cnf) {
    Confirmation confirmation = null;
    if (cnf != null && Confirmation.claimed(cnf)) {
      confirmation = Confirmation.read(cnf);
      if (confirmation == null) {
        return Reason.BINDING_NOT_SUPPORTED;
      }
    }
    boolean toKey = confirmation != null && confirmation.keyThumbprint() != null;
    boolean toCertificate = confirmation != null && confirmation.certificateThumbprint() != null;
    if ((toKey && settings.dpop() == Demand.DISABLED)
        || (toCertificate && settings.mtls() == Demand.DISABLED)) {
      return Reason.BINDING_NOT_SUPPORTED;
    }
    boolean unbound =
        (!toKey && settings.dpop() == Demand.REQUIRED)
            || (!toCertificate && settings.mtls() == Demand.REQUIRED);
    return unbound ? Reason.PROOF_MISSING : null;
  }
}
