package dev.bearward.demo.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.demo.web.Http;
import dev.bearward.demo.web.Parameters;
import dev.bearward.demo.web.WebServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A development authorization server on a free port, and a browser's steps through its sign-in. */
final class SignIn implements AutoCloseable {
  static final String REDIRECT = "http://localhost:3000/callback";
  private static final Pattern TRANSACTION =
      Pattern.compile("name=\"transaction\" value=\"([^\"]+)\"");

  final TestClock clock = new TestClock();
  private final AuthorizationServer server;

  SignIn() throws IOException {
    server =
        AuthorizationServer.start(
            WebServer.loopback(0), port -> DevelopmentIssuer.ofDemo(port, 3000), clock);
  }

  int port() {
    return server.port();
  }

  /** With its trailing slash. */
  String base() {
    return "http://localhost:" + server.port() + "/";
  }

  /** The story's parameters, with {@code changes} made; an empty value removes one. */
  static Map<String, String> parameters(String... changes) {
    Map<String, String> parameters = new java.util.LinkedHashMap<>();
    parameters.put("scope", "appointments contacts");
    parameters.put("audience", "appointments:api");
    parameters.put("response_type", "id_token token");
    parameters.put("client_id", "appointments-spa");
    parameters.put("redirect_uri", REDIRECT);
    parameters.put("state", "state-1");
    parameters.put("nonce", "nonce-1");
    for (int i = 0; i < changes.length; i += 2) {
      if (changes[i + 1].isEmpty()) {
        parameters.remove(changes[i]);
      } else {
        parameters.put(changes[i], changes[i + 1]);
      }
    }
    return parameters;
  }

  HttpResponse<String> authorize(String... changes) {
    return Http.get(base() + "authorize?" + Parameters.encode(parameters(changes)));
  }

  /** Answers the page as the person {@code who} would, from the same browser. */
  HttpResponse<String> choose(HttpResponse<String> page, String who) {
    return post(transaction(page), cookie(page), origin(), who);
  }

  HttpResponse<String> post(String transaction, String cookie, String origin, String who) {
    return Http.send(
        "POST",
        base() + "sign-in",
        Parameters.encode(Map.of("transaction", transaction, "choice", who)),
        "Content-Type",
        "application/x-www-form-urlencoded",
        "Origin",
        origin,
        "Cookie",
        cookie);
  }

  String origin() {
    return "http://localhost:" + server.port();
  }

  static String transaction(HttpResponse<String> page) {
    Matcher found = TRANSACTION.matcher(page.body());
    assertThat(found.find()).as("sign-in form in %s", page.body()).isTrue();
    return found.group(1);
  }

  static String cookie(HttpResponse<String> page) {
    return Http.header(page, "Set-Cookie").split(";", 2)[0];
  }

  /** What came back in the fragment of the redirect to the usual address. */
  static Parameters fragment(HttpResponse<String> response) {
    return fragment(response, REDIRECT);
  }

  static Parameters fragment(HttpResponse<String> response, String redirect) {
    String location = Http.header(response, "Location");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(303);
    assertThat(location).startsWith(redirect + "#");
    return Parameters.parse(location.substring(redirect.length() + 1)).orElseThrow();
  }

  /** Signs in and returns what came back in the fragment. */
  Parameters signIn(String who, String... changes) {
    return fragment(choose(authorize(changes), who));
  }

  @Override
  public void close() {
    server.close();
  }
}
