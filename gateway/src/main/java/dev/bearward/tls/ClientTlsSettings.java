package dev.bearward.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards one server.
 *
 * @param host the server's name or address
 * @param port its TCP port
 * @param ca whom to trust, in PEM, in place of the platform's authorities; or null
 * @param identity what to show when the server asks for a certificate, or null
 * @param serverName the name to ask for and to find in the server's certificate, in place of the
 *     host; or null
 */
public record ClientTlsSettings(
    String host,
    int port,
    @Nullable Path ca,
    @Nullable CertificateFiles identity,
    @Nullable String serverName) {}
