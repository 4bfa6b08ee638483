package dev.bearward.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards the servers of one upstream.
 *
 * @param ca whom to trust, in PEM, in place of the platform's authorities; or null
 * @param identity what to show when the server asks for a certificate, or null
 * @param serverName the name to ask for and to find in the server's certificate, in place of the
 *     host's own; or null
 */
public record ClientTlsSettings(
    @Nullable Path ca, @Nullable CertificateFiles identity, @Nullable String serverName) {}
