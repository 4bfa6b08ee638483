package dev.bearward.demo.authorization;

import dev.bearward.demo.web.Parameters;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Where an answer goes: a registered redirect URI, and the state that travels back with it. */
record Destination(String redirectUri, Optional<String> state) {

  /** The redirect URI with {@code members} and the state in its fragment (RFC 6749 4.2.2). */
  String with(Map<String, String> members) {
    Map<String, String> all = new LinkedHashMap<>(members);
    state.ifPresent(value -> all.put("state", value));
    return redirectUri + "#" + Parameters.encode(all);
  }

  String refusal(String error, String description) {
    return with(Map.of("error", error, "error_description", description));
  }

  /** Scheme, host and port, as the page's policy has to name them. */
  String origin() {
    URI uri = URI.create(redirectUri);
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }
}
