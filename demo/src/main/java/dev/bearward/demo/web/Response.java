package dev.bearward.demo.web;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** One response: status, headers, body. Nothing may be stored unless a header says otherwise. */
public final class Response {
  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;

  private Response(int status, Map<String, String> headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }

  byte[] body() {
    return body;
  }

  public static Response of(int status, String contentType, byte[] body) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", contentType);
    headers.put("Cache-Control", "no-store");
    headers.put("X-Content-Type-Options", "nosniff");
    return new Response(status, headers, body);
  }

  public static Response json(int status, Object value) {
    return of(status, "application/json", Json.write(value));
  }

  public static Response html(int status, String page) {
    return of(status, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
  }

  /** A response without a body, such as 204. */
  public static Response empty(int status) {
    return new Response(status, Map.of("Cache-Control", "no-store"), new byte[0]);
  }

  /** 303 See Other: the browser follows it with GET, whatever the method was. */
  public static Response seeOther(String location) {
    return empty(303).with("Location", location).with("Referrer-Policy", "no-referrer");
  }

  /** A problem of RFC 9457; {@code detail} is for people. */
  public static Response problem(int status, String title, String detail) {
    return problem(status, title, detail, Map.of());
  }

  /** A problem of RFC 9457 with members of its own. */
  public static Response problem(int status, String title, String detail, Map<String, ?> members) {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", "about:blank");
    problem.put("title", title);
    problem.put("status", status);
    problem.put("detail", detail);
    problem.putAll(members);
    return of(status, "application/problem+json", Json.write(problem));
  }

  public static Response notFound() {
    return problem(404, "Not Found", "There is nothing at this address.");
  }

  /** 405; {@code allow} lists the methods that the resource takes. */
  public static Response methodNotAllowed(String allow) {
    return problem(405, "Method Not Allowed", "This resource takes " + allow + ".")
        .with("Allow", allow);
  }

  /** The same response with one header set. */
  public Response with(String name, String value) {
    Map<String, String> changed = new LinkedHashMap<>(headers);
    changed.put(name, value);
    return new Response(status, changed, body);
  }
}
