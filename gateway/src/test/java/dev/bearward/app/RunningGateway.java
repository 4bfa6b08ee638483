package dev.bearward.app;

import dev.bearward.config.Configuration;
import dev.bearward.config.GatewaySettings;
import dev.bearward.config.Reading;
import dev.bearward.config.Surroundings;
import dev.bearward.config.WatchedConfiguration;
import dev.bearward.testing.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/** The whole gateway inside the test's JVM, made from YAML, with a client that talks to it. */
final class RunningGateway implements AutoCloseable {
  private final ByteArrayOutputStream accessLog = new ByteArrayOutputStream();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Gateway gateway;

  RunningGateway(String yaml) throws IOException {
    gateway = Gateway.start(settings(yaml), accessLog);
  }

  /** A gateway that follows its file, and looks at it as often as that. */
  RunningGateway(Path file, Duration interval) throws IOException {
    var configuration = new WatchedConfiguration(file, Surroundings.ofProcess());
    gateway = Gateway.start(settings(configuration.read()), accessLog);
    gateway.follow(configuration, interval);
  }

  /** Has it read its file anew. */
  void reload() {
    gateway.reload();
  }

  static GatewaySettings settings(String yaml) {
    return settings(
        new Configuration(Surroundings.ofProcess())
            .read("test.yaml", null, yaml.getBytes(StandardCharsets.UTF_8)));
  }

  private static GatewaySettings settings(Reading reading) {
    return switch (reading) {
      case Reading.Loaded(GatewaySettings settings, var _, var _) -> settings;
      case Reading.Rejected(var problems) -> throw new AssertionError(problems.toString());
    };
  }

  URI uri(String path) {
    return uri(gateway.addresses().getFirst(), path);
  }

  private static URI uri(InetSocketAddress address, String path) {
    return URI.create("http://127.0.0.1:" + address.getPort() + path);
  }

  /** Sends a request with those headers, name and value in turn. */
  HttpResponse<String> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    return send(method, uri(path), headers);
  }

  HttpResponse<String> get(String path, String token) throws IOException, InterruptedException {
    return send("GET", path, "Authorization", "Bearer " + token);
  }

  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(uri(path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(20));
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> admin(String method, String path, String... headers)
      throws IOException, InterruptedException {
    return send(method, uri(Objects.requireNonNull(gateway.adminAddress()), path), headers);
  }

  /** Posts JSON to the admin port. */
  HttpResponse<String> adminPost(String path, String json, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(uri(Objects.requireNonNull(gateway.adminAddress()), path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json));
    return send(request, headers);
  }

  private HttpResponse<String> send(String method, URI uri, String... headers)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()), headers);
  }

  private HttpResponse<String> send(HttpRequest.Builder request, String... headers)
      throws IOException, InterruptedException {
    request.timeout(Duration.ofSeconds(20));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** The value of a metric without labels, or with those. */
  double metric(String name) {
    try {
      return admin("GET", "/metrics")
          .body()
          .lines()
          .filter(line -> line.startsWith(name + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
          .findFirst()
          .orElseThrow(() -> new AssertionError(name + ": no such metric"));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until that generation of the configuration is in use. */
  void awaitGeneration(int number) {
    Eventually.await("generation " + number, () -> metric("bearward_config_generation") >= number);
  }

  /** The access log so far. */
  String accessLog() {
    return accessLog.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    gateway.close();
    client.close();
  }
}
