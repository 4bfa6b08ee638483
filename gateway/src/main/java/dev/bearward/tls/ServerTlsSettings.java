package dev.bearward.tls;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the listeners.
 *
 * @param certificates chosen by the name that the client asks for (RFC 6066 section 3), the first
 *     when none fits; at least one
 * @param byName whether only names in the chosen certificate are served (rule 146)
 * @param clientAuth whether clients show certificates
 * @param clientCa whose certificates clients may show; null when they show none
 */
public record ServerTlsSettings(
    List<CertificateFiles> certificates,
    boolean byName,
    ClientAuthentication clientAuth,
    @Nullable Path clientCa) {

  /** Whether clients show certificates. */
  public enum ClientAuthentication {
    /** None is asked for. */
    DISABLED,
    /** One is asked for; one that does not hold ends the handshake. */
    OPTIONAL,
    /** Without one there is no connection. */
    REQUIRED
  }
}
