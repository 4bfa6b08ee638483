package dev.bearward.demo.authorization;

import java.util.List;
import java.util.Optional;

/** What the client wants back from the implicit grant. */
enum ResponseType {
  TOKEN(true, false),
  ID_TOKEN(false, true),
  ID_TOKEN_TOKEN(true, true);

  private final boolean accessToken;
  private final boolean idToken;

  ResponseType(boolean accessToken, boolean idToken) {
    this.accessToken = accessToken;
    this.idToken = idToken;
  }

  /** The order of the words does not matter (OAuth 2.0 Multiple Response Types, section 3). */
  static Optional<ResponseType> parse(String text) {
    List<String> words = List.of(text.split(" ", -1)).stream().sorted().toList();
    return switch (String.join(" ", words)) {
      case "token" -> Optional.of(TOKEN);
      case "id_token" -> Optional.of(ID_TOKEN);
      case "id_token token" -> Optional.of(ID_TOKEN_TOKEN);
      default -> Optional.empty();
    };
  }

  boolean accessToken() {
    return accessToken;
  }

  boolean idToken() {
    return idToken;
  }
}
