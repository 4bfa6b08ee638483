package dev.bearward.docker;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client on this machine's loopback. */
final class Asking {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  HttpResponse<String> get(String url, @Nullable String token)
      throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(url)), token);
  }

  HttpResponse<String> post(String url, String json, @Nullable String token)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)),
        token);
  }

  private HttpResponse<String> send(HttpRequest.Builder request, @Nullable String token)
      throws IOException, InterruptedException {
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Asks until the status is the one expected. */
  HttpResponse<String> await(int status, String url, @Nullable String token, Duration limit)
      throws InterruptedException {
    Instant end = Instant.now().plus(limit);
    Object last = "nothing";
    while (Instant.now().isBefore(end)) {
      try {
        HttpResponse<String> response = get(url, token);
        if (response.statusCode() == status) {
          return response;
        }
        last = response.statusCode() + " " + response.body();
      } catch (IOException e) {
        last = e;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError(url + ": " + last + " (expected: " + status + ")");
  }
}
