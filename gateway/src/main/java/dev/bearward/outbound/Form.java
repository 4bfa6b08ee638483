package dev.bearward.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A POST of form fields that may be repeated without harm, with own credentials and limits. No
 * redirect is followed, since it would carry credentials and fields elsewhere.
 *
 * @param uri where it goes
 * @param fields names and values, sent in this order; never printed
 * @param credentials for HTTP Basic
 * @param accept value of the Accept header
 * @param timeout for everything together: head and body
 * @param maxBytes most bytes of the response's body; a longer one is not read to its end
 * @param plainHttp whether plain http beyond this machine was asked for
 */
public record Form(
    URI uri,
    Map<String, String> fields,
    BasicCredentials credentials,
    String accept,
    Duration timeout,
    int maxBytes,
    boolean plainHttp)
    implements Request {
  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException when a limit is not positive
   */
  public Form {
    fields = new LinkedHashMap<>(fields);
    Request.check(timeout, maxBytes);
  }

  @Override
  public int maxRedirects() {
    return 0;
  }

  @Override
  public HttpRequest.Builder onto(HttpRequest.Builder message, URI to) {
    return message
        .header("Authorization", credentials.field())
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(encoded(), UTF_8));
  }

  private String encoded() {
    return fields.entrySet().stream()
        .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  @Override
  public String toString() {
    return "Form to " + Destination.of(uri);
  }
}
