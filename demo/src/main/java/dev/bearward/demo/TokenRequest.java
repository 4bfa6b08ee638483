package dev.bearward.demo;

import dev.bearward.demo.web.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Asks the running development authorization server for an access token. */
final class TokenRequest {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

  private final URI endpoint;

  /** {@code issuer}: with its trailing slash. */
  TokenRequest(String issuer) {
    this.endpoint = URI.create(issuer + "dev/token");
  }

  /** What came back. */
  sealed interface Answer {
    record Token(String value) implements Answer {}

    record Refused(String detail) implements Answer {}

    record Unreachable(String detail) implements Answer {}
  }

  String fetch(String user) throws CannotStart, InterruptedException {
    return switch (fetch(Map.of("user", user))) {
      case Answer.Token(String value) -> value;
      case Answer.Refused(String detail) -> throw new CannotStart("No token: " + detail);
      case Answer.Unreachable(String detail) -> throw new CannotStart("No token: " + detail);
    };
  }

  /** {@code fields}: user, scope, expires_in, audience, as far as they are not left to default. */
  Answer fetch(Map<String, Object> fields) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .timeout(ANSWER_WITHIN)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(Json.write(fields)))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return read(client.send(request, BodyHandlers.ofByteArray()));
    } catch (IOException unreachable) {
      return new Answer.Unreachable("nothing answers at " + endpoint);
    }
  }

  private Answer read(HttpResponse<byte[]> response) {
    Optional<Map<String, Object>> members = Json.readObject(response.body());
    String wanted = response.statusCode() == 200 ? "access_token" : "detail";
    if (members.isPresent() && members.get().get(wanted) instanceof String text) {
      return response.statusCode() == 200 ? new Answer.Token(text) : new Answer.Refused(text);
    }
    return new Answer.Unreachable("something else answers at " + endpoint);
  }
}
