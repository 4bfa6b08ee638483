package dev.bearward.config;

import dev.bearward.tls.CertificateFiles;
import dev.bearward.tls.Credential;
import dev.bearward.tls.CredentialException;
import dev.bearward.tls.ServerTlsSettings;
import dev.bearward.tls.ServerTlsSettings.ClientAuthentication;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Certificates and keys; the files are read, so that a wrong one is told before the start. */
final class TlsReader {
  private static final int MOST_CERTIFICATES = 100;

  private final Folder folder;

  TlsReader(Folder folder) {
    this.folder = folder;
  }

  /** The mapping {@code server.tls}, or null when a problem has been reported. */
  @Nullable ServerTlsSettings server(Value value) {
    Section tls = value.section(Keys.SERVER_TLS);
    if (tls == null) {
      return null;
    }
    boolean several = tls.has("certificates");
    if (several && (tls.has("certificate") || tls.has("key"))) {
      tls.report("certificates", "beside certificate and key (expected: one of the two)");
    }
    List<CertificateFiles> certificates =
        several
            ? tls.or("certificates", List.of(), v -> v.list(1, MOST_CERTIFICATES, this::listed))
            : listOf(identity(tls));
    ClientAuthentication clientAuth =
        ClientAuthentication.valueOf(
            tls.or(
                    "clientAuth",
                    "disabled",
                    v -> v.word(List.of("disabled", "optional", "required")))
                .toUpperCase(Locale.ROOT));
    boolean shown = clientAuth != ClientAuthentication.DISABLED;
    if (shown && !tls.has("clientCa")) {
      tls.report("clientCa", "missing (expected: whose certificates clients may show)");
    } else if (!shown && tls.has("clientCa")) {
      tls.report("clientCa", "never used (expected: clientAuth optional or required)");
    }
    Path clientCa = tls.orNull("clientCa", this::authorities);
    return certificates.isEmpty()
        ? null
        : new ServerTlsSettings(certificates, several, clientAuth, clientCa);
  }

  private static List<CertificateFiles> listOf(@Nullable CertificateFiles one) {
    return one == null ? List.of() : List.of(one);
  }

  private @Nullable CertificateFiles listed(Value value) {
    Section one = value.section(Keys.SERVER_CERTIFICATE);
    return one == null ? null : identity(one);
  }

  /** The keys {@code certificate} and {@code key} of a mapping, both needed. */
  @Nullable CertificateFiles identity(Section mapping) {
    Path certificate =
        mapping.need("certificate", "a file with the certificate in PEM", folder::readable);
    Path key = mapping.need("key", "a file with its private key in PEM", folder::readable);
    if (certificate == null || key == null) {
      return null;
    }
    var files = new CertificateFiles(certificate, key);
    try {
      Credential credential = Credential.read(files, folder.bytes(certificate), folder.bytes(key));
      if (credential.expires().isBefore(Instant.now())) {
        Value at = mapping.find("certificate");
        if (at != null) {
          at.problems().warn(at.at(), at.path(), "expired at " + credential.expires());
        }
      }
    } catch (CredentialException e) {
      mapping.report(e.file().equals(key) ? "key" : "certificate", e.file() + ": " + e.why());
    }
    return files;
  }

  /** A file of certificates. */
  @Nullable Path authorities(Value value) {
    Path file = folder.readable(value);
    if (file == null) {
      return null;
    }
    try {
      Credential.authorities(file, folder.bytes(file));
    } catch (CredentialException e) {
      value.report(e.file() + ": " + e.why());
    }
    return file;
  }
}
