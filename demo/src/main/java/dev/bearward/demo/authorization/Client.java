package dev.bearward.demo.authorization;

import java.util.List;

/** A registered client and the only addresses that answers for it may go to. */
public record Client(String id, String name, List<String> redirectUris) {
  public Client {
    redirectUris = List.copyOf(redirectUris);
  }

  /** Whether {@code uri} is registered, character for character (RFC 9700 section 2.1). */
  boolean registered(String uri) {
    return redirectUris.contains(uri);
  }
}
