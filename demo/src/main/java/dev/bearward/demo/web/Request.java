package dev.bearward.demo.web;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One request: a read view of the JDK server's exchange. */
public final class Request {
  private final HttpExchange exchange;

  Request(HttpExchange exchange) {
    this.exchange = exchange;
  }

  /** The method, with {@code HEAD} read as {@code GET}: the server leaves the body out. */
  public String method() {
    String method = exchange.getRequestMethod();
    return method.equals("HEAD") ? "GET" : method;
  }

  /** The path as it was sent, without query, nothing decoded. */
  public String path() {
    return exchange.getRequestURI().getRawPath();
  }

  /** The query as it was sent; empty text when there is none. */
  public String query() {
    String query = exchange.getRequestURI().getRawQuery();
    return query == null ? "" : query;
  }

  /** The header's value, if it was sent exactly once. */
  public Optional<String> header(String name) {
    List<String> values = exchange.getRequestHeaders().get(name);
    return values != null && values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }

  public boolean hasHeader(String name) {
    return exchange.getRequestHeaders().containsKey(name);
  }

  /** The cookie's value, if it was sent exactly once. */
  public Optional<String> cookie(String name) {
    List<String> values =
        header("Cookie").stream()
            .flatMap(line -> List.of(line.split(";", -1)).stream())
            .map(String::trim)
            .filter(pair -> pair.startsWith(name + "="))
            .map(pair -> pair.substring(name.length() + 1))
            .toList();
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }

  /** Whether the content type, without its parameters, is {@code type}. */
  public boolean hasContentType(String type) {
    return header("Content-Type")
        .map(value -> value.split(";", 2)[0].trim().toLowerCase(Locale.ROOT).equals(type))
        .orElse(false);
  }

  /** The body; empty when it is longer than {@code limit} bytes. */
  public Optional<byte[]> body(int limit) throws IOException {
    byte[] bytes = exchange.getRequestBody().readNBytes(limit + 1);
    return bytes.length > limit ? Optional.empty() : Optional.of(bytes);
  }
}
