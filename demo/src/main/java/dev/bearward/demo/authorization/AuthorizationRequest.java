package dev.bearward.demo.authorization;

import dev.bearward.demo.web.Parameters;
import java.util.Optional;

/** What came to {@code /authorize}, judged. */
sealed interface AuthorizationRequest {
  /** There is no address that an answer may go to: the person sees a page, no redirect. */
  record Unanswerable(String reason) implements AuthorizationRequest {}

  /** The client hears of the error at its redirect URI (RFC 6749 4.2.2.1). */
  record Refused(Destination destination, String error, String description)
      implements AuthorizationRequest {}

  /** Fit to be asked of the person. */
  record Accepted(
      Client client,
      Destination destination,
      ResponseType responseType,
      Scopes scopes,
      String audience,
      Optional<String> nonce)
      implements AuthorizationRequest {}

  /** Reads the parameters in the order in which they are trusted: client, address, the rest. */
  static AuthorizationRequest read(Parameters parameters, DevelopmentIssuer issuer) {
    Optional<Client> client = parameters.single("client_id").flatMap(issuer::client);
    if (client.isEmpty()) {
      return new Unanswerable("The client_id is missing, repeated or not registered.");
    }
    Optional<String> uri = parameters.single("redirect_uri").filter(client.get()::registered);
    if (uri.isEmpty()) {
      return new Unanswerable(
          "The redirect_uri is missing, repeated or not registered for this client. It must match"
              + " a registered one exactly.");
    }
    Destination destination = new Destination(uri.get(), parameters.single("state"));
    return new Reader(parameters, issuer, client.get(), destination).read();
  }

  /** Reads what comes after client and redirect URI. */
  record Reader(
      Parameters parameters, DevelopmentIssuer issuer, Client client, Destination destination) {

    private AuthorizationRequest read() {
      Optional<String> repeated = parameters.repeated();
      if (repeated.isPresent()) {
        return refused("invalid_request", "a parameter was sent more than once");
      }
      if (parameters.single("request").isPresent()) {
        return refused("request_not_supported", "request objects are not supported");
      }
      if (parameters.single("request_uri").isPresent()) {
        return refused("request_uri_not_supported", "request objects are not supported");
      }
      if (!parameters.single("response_mode").orElse("fragment").equals("fragment")) {
        return refused("invalid_request", "response_mode must be fragment");
      }
      Optional<String> type = parameters.single("response_type");
      if (type.isEmpty()) {
        return refused("invalid_request", "response_type is missing");
      }
      return type.flatMap(ResponseType::parse)
          .map(this::read)
          .orElseGet(() ->
              refused(
                  "unsupported_response_type",
                  "response_type must be token, id_token or id_token token"));
    }

    private AuthorizationRequest read(ResponseType type) {
      Optional<String> audience = parameters.single("audience");
      if (type.accessToken() && audience.isEmpty()) {
        return refused("invalid_request", "audience is missing");
      }
      if (audience.isPresent() && !audience.get().equals(issuer.audience())) {
        return refused("invalid_target", "audience is not one that tokens are issued for");
      }
      Scopes scopes = Scopes.parse(parameters.single("scope").orElse("")).and(Scopes.KNOWN);
      if (scopes.isEmpty()) {
        return refused("invalid_scope", "scope names nothing that is known here");
      }
      Optional<String> nonce = parameters.single("nonce");
      if (type.idToken() && nonce.isEmpty()) {
        return refused("invalid_request", "nonce is required for an id_token");
      }
      if (parameters.single("prompt").orElse("").equals("none")) {
        return refused("login_required", "nobody is signed in, there are no sessions here");
      }
      return new Accepted(client, destination, type, scopes, issuer.audience(), nonce);
    }

    private Refused refused(String error, String description) {
      return new Refused(destination, error, description);
    }
  }
}
