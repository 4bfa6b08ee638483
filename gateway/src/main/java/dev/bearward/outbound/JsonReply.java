package dev.bearward.outbound;

import java.util.Locale;
import java.util.Optional;

/** What a response must be before its body is read as an issuer's JSON document. */
public final class JsonReply {
  private JsonReply() {}

  /** Why the body is not read, or empty. A response without a type is judged by its body. */
  public static Optional<String> objection(Reply.Response response) {
    if (response.status() != 200) {
      return Optional.of(response.from() + ": status " + response.status() + " (expected: 200)");
    }
    String type = response.headers().firstValue("Content-Type").map(JsonReply::essence).orElse("");
    if (!type.isEmpty() && !isJson(type)) {
      return Optional.of(
          response.from() + ": content type " + printable(type) + " (expected: application/json)");
    }
    return response
        .headers()
        .firstValue("Content-Encoding")
        .filter(c -> !c.equals("identity"))
        .map(c -> response.from() + ": a content coding (expected: none)");
  }

  /** {@code application/json} and the structured types on it, such as {@code jwk-set+json}. */
  private static boolean isJson(String type) {
    return type.equals("application/json") || type.matches("application/[a-z0-9.-]+\\+json");
  }

  private static String essence(String contentType) {
    int parameters = contentType.indexOf(';');
    String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return type.strip().toLowerCase(Locale.ROOT);
  }

  private static String printable(String type) {
    String text = type.replaceAll("[^\\x20-\\x7e]", "?");
    return text.length() <= 60 ? text : text.substring(0, 60);
  }
}
