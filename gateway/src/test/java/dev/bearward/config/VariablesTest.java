package dev.bearward.config;

import static dev.bearward.config.Readings.loaded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.access.RoutePlan;
import dev.bearward.jwks.KeySetSettings;
import dev.bearward.policy.Requirement;
import dev.bearward.proxy.EndpointAddress;
import dev.bearward.route.PathPattern;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariablesTest {
  private final FakeSurroundings surroundings = new FakeSurroundings();

  private FakeSurroundings three() {
    return surroundings
        .variable("BEARWARD_ISSUER", "https://idp.example/")
        .variable("BEARWARD_AUDIENCE", "api")
        .variable("BEARWARD_UPSTREAM", "http://127.0.0.1:7002");
  }

  private Reading load() {
    return new Configuration(surroundings).load(null);
  }

  private List<String> rejected() {
    return Readings.problems(load()).stream().map(Problem::toString).toList();
  }

  @Test
  @DisplayName("three variables: every request needs a valid token and goes to the one upstream")
  void load_threeVariables_loads() {
    three();

    GatewaySettings settings = loaded(load());

    RoutePlan plan = settings.routes().getFirst();
    assertThat(settings.routes()).hasSize(1);
    assertThat(plan.route().path().segments()).containsExactly(new PathPattern.Rest());
    assertThat(plan.route().methods()).as("every method").isEmpty();
    assertThat(plan.route().hosts()).as("any host").isEmpty();
    assertThat(plan.route().requirement())
        .isEqualTo(new Requirement.Token(Set.of(), Set.of(), List.of(), List.of(), List.of()));
    assertThat(plan.route().upstream()).isEqualTo(settings.upstreams().getFirst().name());
    assertThat(settings.upstreams().getFirst().endpoints())
        .containsExactly(new EndpointAddress.Tcp("127.0.0.1", 7002));
    assertThat(settings.issuers().getFirst().issuer()).isEqualTo("https://idp.example/");
    assertThat(settings.issuers().getFirst().audiences()).containsExactly("api");
    assertThat(settings.keySets().getFirst().location()).isEqualTo(new KeySetSettings.Discovery());
    assertThat(settings.server().listen()).containsExactly(Readings.address("0.0.0.0", 8080));
    assertThat(settings.admin().listen()).isEqualTo(Readings.address("127.0.0.1", 9901));
  }

  @Test
  @DisplayName("the optional variables say where to listen; several audiences stand with commas")
  void load_allVariables_loads() {
    three()
        .variable("BEARWARD_AUDIENCE", "api, other")
        .variable("BEARWARD_LISTEN", "127.0.0.1:0")
        .variable("BEARWARD_ADMIN", "disabled");

    GatewaySettings settings = loaded(load());

    assertThat(settings.issuers().getFirst().audiences()).containsExactly("api", "other");
    assertThat(settings.server().listen()).containsExactly(Readings.address("127.0.0.1", 0));
    assertThat(settings.admin().listen()).isNull();
  }

  @Test
  @DisplayName("values are taken as they are, without substitution")
  void load_dollarInVariable_isLiteral() {
    three().variable("BEARWARD_AUDIENCE", "${NONE}");

    assertThat(loaded(load()).issuers().getFirst().audiences()).containsExactly("${NONE}");
  }

  @Test
  @DisplayName("a part of the three is an error that names what is missing")
  void load_partOfTheThree_rejects() {
    surroundings
        .variable("BEARWARD_ISSUER", "https://idp.example/")
        .variable("BEARWARD_AUDIENCE", "");

    assertThat(rejected())
        .containsExactly(
            "environment: BEARWARD_AUDIENCE: missing (BEARWARD_ISSUER set)",
            "environment: BEARWARD_UPSTREAM: missing (BEARWARD_ISSUER set)");
  }

  @Test
  @DisplayName("neither a file nor variables is an error that names both")
  void load_nothing_rejects() {
    assertThat(rejected())
        .containsExactly(
            "environment: no configuration (expected: -c FILE, or BEARWARD_ISSUER,"
                + " BEARWARD_AUDIENCE and BEARWARD_UPSTREAM)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEARWARD_ISSUER",
        "BEARWARD_AUDIENCE",
        "BEARWARD_UPSTREAM",
        "BEARWARD_LISTEN",
        "BEARWARD_ADMIN"
      })
  @DisplayName("a variable beside a file is an error, not ignored")
  void load_variableBesideFile_rejects(String name) {
    surroundings.variable(name, "x").file("file.yaml", Readings.BASE);

    Reading reading =
        new Configuration(surroundings).load(FakeSurroundings.FOLDER.resolve("file.yaml"));

    assertThat(Readings.problems(reading))
        .extracting(Problem::toString)
        .containsExactly(
            "environment: "
                + name
                + ": set beside a file (expected: a file or these variables, not both)");
  }

  @Test
  @DisplayName("an empty variable beside a file is not set")
  void load_emptyVariableBesideFile_loads() {
    surroundings.variable("BEARWARD_LISTEN", "").file("file.yaml", Readings.BASE);
    Path file = FakeSurroundings.FOLDER.resolve("file.yaml");

    assertThat(loaded(new Configuration(surroundings).load(file)).routes()).hasSize(1);
  }

  @Test
  @DisplayName("all that is wrong is told in the variables' names, without passwords")
  void load_wrongValues_rejects() {
    surroundings
        .variable("BEARWARD_ISSUER", "http://idp.example")
        .variable("BEARWARD_AUDIENCE", "a,,a")
        .variable("BEARWARD_UPSTREAM", "http://user:hunter2@app:80")
        .variable("BEARWARD_LISTEN", "8080")
        .variable("BEARWARD_ADMIN", "0.0.0.0:1");

    assertThat(rejected())
        .containsExactly(
            "environment: BEARWARD_ISSUER: http://idp.example (expected: https; plain http beyond"
                + " loopback only with insecureHttp: true)",
            "environment: BEARWARD_AUDIENCE: a (stands twice, expected: once)",
            "environment: BEARWARD_AUDIENCE: \"\" (expected: an audience)",
            "environment: BEARWARD_UPSTREAM: http://(hidden)@app:80 (expected: http://host:port"
                + " or https://host:port without user information and path, or unix:/path)",
            "environment: BEARWARD_LISTEN: 8080 (expected: address:port, the address an IP address"
                + " or localhost, the port 0 to 65535)",
            "environment: BEARWARD_ADMIN: 0.0.0.0:1 (expected: a loopback address, or admin.token"
                + " beside it)");
  }
}
