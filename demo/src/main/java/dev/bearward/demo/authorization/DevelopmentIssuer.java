package dev.bearward.demo.authorization;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the development authorization server is to the outside.
 *
 * @param issuer the issuer identifier, with its trailing slash, compared byte for byte
 * @param audience the one API that access tokens are issued for
 * @param clients registered by hand, nobody else is served
 * @param tokenLifetime of access and ID tokens
 */
public record DevelopmentIssuer(
    String issuer, String audience, List<Client> clients, Duration tokenLifetime) {
  /** The API of the demo. */
  public static final String AUDIENCE = "appointments:api";

  /** The single-page app of the demo. */
  public static final String SPA_CLIENT = "appointments-spa";

  public DevelopmentIssuer {
    clients = List.copyOf(clients);
    if (!issuer.endsWith("/")) {
      throw new IllegalArgumentException("issuer: " + issuer + " (expected: a slash at its end)");
    }
  }

  /** The demo's own: its app may be opened as localhost or as 127.0.0.1. */
  public static DevelopmentIssuer ofDemo(int port, int spaPort) {
    Client spa =
        new Client(
            SPA_CLIENT,
            "Appointments",
            List.of(
                "http://localhost:" + spaPort + "/callback",
                "http://127.0.0.1:" + spaPort + "/callback",
                "https://app.example.com/callback"));
    return new DevelopmentIssuer(
        "http://localhost:" + port + "/", AUDIENCE, List.of(spa), Duration.ofHours(1));
  }

  Optional<Client> client(String id) {
    return clients.stream().filter(client -> client.id().equals(id)).findFirst();
  }

  /** Whether a page of this origin belongs to a registered client. */
  boolean clientOrigin(String origin) {
    return clients.stream()
        .flatMap(client -> client.redirectUris().stream())
        .anyMatch(uri -> new Destination(uri, Optional.empty()).origin().equals(origin));
  }
}
