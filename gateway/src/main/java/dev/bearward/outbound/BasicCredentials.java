package dev.bearward.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Base64;

/** A client's id and password for HTTP Basic as OAuth spells it; never printed. */
public final class BasicCredentials {
  private final String field;

  /**
   * Both are form-encoded before they are joined, so that a colon or a character beyond ASCII in
   * them arrives as it is (RFC 6749 section 2.3.1).
   */
  public BasicCredentials(String id, String password) {
    String pair = URLEncoder.encode(id, UTF_8) + ":" + URLEncoder.encode(password, UTF_8);
    this.field = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  /** Value of the Authorization header. */
  String field() {
    return field;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BasicCredentials its && field.equals(its.field);
  }

  @Override
  public int hashCode() {
    return field.hashCode();
  }

  @Override
  public String toString() {
    return "(credentials)";
  }
}
