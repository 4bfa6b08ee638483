package dev.bearward.app;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request to be explained, in the words of whoever asks.
 *
 * @param request method and target, such as {@code GET /api/appointments/7}; a version may follow
 * @param headers field lines, {@code Name: value}
 * @param token sent as {@code Authorization: Bearer}, or null
 * @param certificate thumbprint of the client's certificate, or null when it has none
 * @param at the time of the request
 */
public record Question(
    String request,
    List<String> headers,
    @Nullable String token,
    @Nullable String certificate,
    Instant at) {
  private static final Pattern VERSION = Pattern.compile("HTTP/[0-9.]+");
  private static final Pattern AUTHORITY = Pattern.compile("https?://([^/?#]*).*");
  private static final String HOST = "host:";

  /**
   * Takes what may be one head.
   *
   * @throws IllegalArgumentException when it would be more than one line each
   */
  public Question {
    headers = List.copyOf(headers);
    if (request.indexOf(' ') < 1 || isBroken(request)) {
      throw new IllegalArgumentException("--request (expected: 'METHOD /path' on one line)");
    }
    for (String line : headers) {
      if (line.indexOf(':') < 1 || isBroken(line)) {
        throw new IllegalArgumentException("--header (expected: 'Name: value' on one line)");
      }
    }
  }

  private static boolean isBroken(String line) {
    return line.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0);
  }

  /** Whether a field line is one of credentials. */
  public static boolean isAuthorization(String line) {
    return isNamed(line, "authorization:");
  }

  private static boolean isNamed(String line, String name) {
    return line.toLowerCase(Locale.ROOT).startsWith(name);
  }

  /**
   * The head as a client would send it.
   *
   * @param host of the Host field when nobody says another
   */
  byte[] head(String host) {
    var lines = new ArrayList<String>();
    String last = request.substring(request.lastIndexOf(' ') + 1);
    lines.add(VERSION.matcher(last).matches() ? request : request + " HTTP/1.1");
    if (headers.stream().noneMatch(line -> isNamed(line, HOST))) {
      var absolute = AUTHORITY.matcher(target());
      lines.add("Host: " + (absolute.matches() ? absolute.group(1) : host));
    }
    lines.addAll(headers);
    if (token != null) {
      lines.add("Authorization: Bearer " + token);
    }
    return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The target as it was written. */
  String target() {
    return request.substring(request.indexOf(' ') + 1).replaceAll(" HTTP/[0-9.]+$", "");
  }

  /** What must never be shown: tokens and proofs. */
  List<String> secrets() {
    var secrets = new ArrayList<String>();
    if (token != null) {
      secrets.add(token);
    }
    for (String line : headers) {
      if (isAuthorization(line) || isNamed(line, "dpop:")) {
        String value = line.substring(line.indexOf(':') + 1).strip();
        secrets.add(value);
        secrets.add(value.substring(value.indexOf(' ') + 1).strip());
      }
    }
    return secrets;
  }
}
