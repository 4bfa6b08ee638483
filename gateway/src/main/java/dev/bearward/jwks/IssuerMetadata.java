package dev.bearward.jwks;

import dev.bearward.outbound.JsonReply;
import dev.bearward.outbound.Reply;
import java.net.URI;
import java.util.Map;

/** What an issuer's metadata says of its key set. */
sealed interface IssuerMetadata {
  /** The issuer's own key set is there. */
  record KeysAt(URI uri) implements IssuerMetadata {}

  /** There is no metadata at that place; another one may have it. */
  record Missing(String reason) implements IssuerMetadata {}

  /** The metadata must not or cannot be used. */
  record Refused(String reason) implements IssuerMetadata {}

  /**
   * Reads a reply. The metadata's {@code issuer} must be the configured one exactly (OpenID Connect
   * Discovery section 4.3, RFC 8414 section 3.3); otherwise anybody's keys could be brought in.
   */
  static IssuerMetadata of(Reply reply, String issuer) {
    return switch (reply) {
      case Reply.Failed(String reason) -> new Refused(reason);
      case Reply.Response response ->
          JsonReply.objection(response)
              .<IssuerMetadata>map(Missing::new)
              .orElseGet(() ->
                  Json.object(response.body())
                      .map(members -> read(response.from().toString(), members, issuer))
                      .orElseGet(() -> new Refused(response.from() + ": no JSON object")));
    };
  }

  private static IssuerMetadata read(String where, Map<?, ?> members, String issuer) {
    if (!issuer.equals(members.get("issuer"))) {
      return new Refused(where + ": another issuer (expected: issuer " + issuer + ")");
    }
    if (!(members.get("jwks_uri") instanceof String text)) {
      return new Refused(where + ": no jwks_uri (expected: a URL)");
    }
    try {
      return new KeysAt(URI.create(text));
    } catch (IllegalArgumentException notAUri) {
      return new Refused(where + ": jwks_uri is not valid (expected: a URL)");
    }
  }
}
