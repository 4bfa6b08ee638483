package dev.bearward.demo.authorization;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The successful answer of the implicit grant: tokens in the fragment (RFC 6749 4.2.2). */
record ImplicitGrant(TokenMint mint, Duration lifetime) {

  /** The address to go to, with what {@code account} granted. */
  String answer(AuthorizationRequest.Accepted request, Account account, Scopes granted) {
    TokenMint.Grant grant =
        new TokenMint.Grant(account, request.client().id(), granted, request.audience());
    Map<String, String> members = new LinkedHashMap<>();
    Optional<String> accessToken = Optional.empty();
    if (request.responseType().accessToken()) {
      String token = mint.accessToken(grant, lifetime);
      accessToken = Optional.of(token);
      members.put("access_token", token);
      members.put("token_type", "Bearer");
      members.put("expires_in", Long.toString(lifetime.toSeconds()));
      members.put("scope", granted.toString());
    }
    if (request.responseType().idToken()) {
      String nonce = request.nonce().orElseThrow();
      members.put("id_token", mint.idToken(grant, nonce, accessToken, lifetime));
    }
    return request.destination().with(members);
  }
}
