package dev.bearward.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The compose file's path with images built here: sign in, be let through, be refused, and nothing
 * gets to the API another way. Prometheus and Grafana are public images and left out.
 */
@Tag("docker")
@Timeout(240)
class ComposeTest {
  private static final String GATEWAY = "http://localhost:7001";
  private static final Pattern TOKEN = Pattern.compile("\"access_token\"\\s*:\\s*\"([^\"]+)\"");

  private final Asking asking = new Asking();

  @BeforeAll
  static void up() throws Exception {
    assumeTrue(!image("bearward.image").isEmpty(), "-Dbearward.image names no image");
    assumeTrue(!image("bearward.demo.image").isEmpty(), "-Dbearward.demo.image names no image");
    assumeTrue(Command.of("docker-compose", "version").works(), "docker-compose is not here");
    compose("up", "-d", "--no-build", "gateway", "api", "authorization", "app");
  }

  @AfterAll
  static void down() throws Exception {
    if (Command.of("docker-compose", "version").works()) {
      compose("down", "-v", "--remove-orphans");
    }
  }

  @Test
  void signIn_thenTheApiThroughTheGateway() throws Exception {
    asking.await(200, "http://localhost:3000/", null, Duration.ofSeconds(90));
    asking.await(200, GATEWAY + "/health", null, Duration.ofSeconds(90));
    String alice = token("alice");

    assertThat(asking.get(GATEWAY + "/api/appointments", alice).statusCode()).isEqualTo(200);
    assertThat(asking.get(GATEWAY + "/api/appointments", null).statusCode()).isEqualTo(401);
    assertThat(asking.post(GATEWAY + "/api/appointments", "{}", token("bob")).statusCode())
        .isEqualTo(403);
  }

  @Test
  void api_isReachedThroughTheGatewayOnly() throws Exception {
    assertThatThrownBy(() -> asking.get("http://localhost:7002/api/appointments", null))
        .isInstanceOf(ConnectException.class);
    Map<?, ?> api = (Map<?, ?>) Objects.requireNonNull(services().get("api"));
    assertThat(api.containsKey("ports")).isFalse();
    assertThat(api.get("networks")).isEqualTo(List.of("inside"));
    assertThat(file().toString()).contains("inside={internal=true}");
    assertThat(services().entrySet())
        .filteredOn(service -> service.getValue().toString().contains("inside"))
        .extracting(service -> service.getKey().toString())
        .containsExactlyInAnyOrder("gateway", "api");
  }

  @Test
  void dashboardAndScraping_nameMetricsThatThereAre() throws Exception {
    asking.await(200, GATEWAY + "/health", null, Duration.ofSeconds(90));
    asking.get(GATEWAY + "/api/appointments", token("alice"));
    String dashboard = Files.readString(Path.of("../config/grafana-dashboard.json"));
    String operations = Files.readString(Path.of("../docs/operations.md"));

    Matcher names = Pattern.compile("(?:bearward|jvm|process|system)_[a-z_]+").matcher(dashboard);
    while (names.find()) {
      assertThat(operations).contains(names.group().replaceAll("_bucket$", ""));
    }
  }

  private String token(String user) throws IOException, InterruptedException {
    String answer =
        asking.post("http://localhost:9000/dev/token", "{\"user\":\"" + user + "\"}", null).body();
    Matcher token = TOKEN.matcher(answer);
    assertThat(token.find()).as(answer).isTrue();
    return token.group(1);
  }

  private static Map<?, ?> file() throws IOException {
    return (Map<?, ?>)
        new Load(LoadSettings.builder().build())
            .loadFromString(Files.readString(Path.of("compose.yaml")));
  }

  private static Map<?, ?> services() throws IOException {
    return (Map<?, ?>) Objects.requireNonNull(file().get("services"));
  }

  private static void compose(String... arguments) throws IOException, InterruptedException {
    var line =
        new ArrayList<>(List.of("docker-compose", "-p", "bearward-test", "-f", "compose.yaml"));
    line.addAll(List.of(arguments));
    new Command(
            line,
            Map.of(
                "BEARWARD_IMAGE", image("bearward.image"),
                "BEARWARD_DEMO_IMAGE", image("bearward.demo.image"),
                "ADMIN_TOKEN", "compose-test-0123456789abcdef"))
        .run();
  }

  private static String image(String property) {
    return System.getProperty(property, "");
  }
}
