package dev.bearward.demo.authorization;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the server says of itself (OpenID Connect Discovery section 3). */
final class Metadata {
  private Metadata() {}

  static Map<String, Object> of(DevelopmentIssuer issuer) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("issuer", issuer.issuer());
    members.put("authorization_endpoint", issuer.issuer() + "authorize");
    members.put("jwks_uri", issuer.issuer() + ".well-known/jwks.json");
    members.put("response_types_supported", List.of("token", "id_token", "id_token token"));
    members.put("response_modes_supported", List.of("fragment"));
    members.put("grant_types_supported", List.of("implicit"));
    members.put("subject_types_supported", List.of("public"));
    members.put("id_token_signing_alg_values_supported", List.of("RS256"));
    members.put("scopes_supported", List.copyOf(Scopes.KNOWN.names()));
    members.put(
        "claims_supported",
        List.of(
            "iss",
            "sub",
            "aud",
            "exp",
            "iat",
            "nonce",
            "at_hash",
            "name",
            "email",
            "email_verified",
            TokenMint.NAMESPACE + "name",
            TokenMint.NAMESPACE + "email",
            TokenMint.NAMESPACE + "roles"));
    members.put("request_parameter_supported", false);
    members.put("request_uri_parameter_supported", false);
    return members;
  }
}
