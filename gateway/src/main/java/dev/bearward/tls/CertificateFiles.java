package dev.bearward.tls;

import java.nio.file.Path;

/**
 * Where a certificate and its private key are found, both in PEM.
 *
 * @param certificate the certificate, and behind it those of the authorities up to one that the
 *     other side knows
 * @param key the private key, not encrypted: PKCS#8, or the older forms of RSA and EC keys
 */
public record CertificateFiles(Path certificate, Path key) {}
