package dev.bearward.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tar.gz, unpacked somewhere else, run with its own launcher and its own runtime. */
@Timeout(120)
class DistributionTest {
  @TempDir static Path folder;
  private static Path home = Path.of("");

  @BeforeAll
  static void unpack() throws IOException, InterruptedException {
    Command.of("tar", "-xzf", System.getProperty("bearward.distribution"), "-C", folder.toString())
        .run();
    try (Stream<Path> entries = Files.list(folder)) {
      home = entries.toList().getFirst();
    }
  }

  @Test
  void launcher_withoutAnyJavaAround_usesTheRuntimeBesideIt() throws Exception {
    var command =
        new Command(List.of("env", "-i", "PATH=/usr/bin:/bin", launcher(), "version"), Map.of());

    assertThat(command.run()).contains("bearward ", "runtime: ").contains("crypto: ");
    assertThat(home.resolve("runtime/bin/java")).isExecutable();
  }

  @Test
  void run_withThreeVariables_letsTokensThroughAndRefusesTheRest() throws Exception {
    try (Site site = Site.start()) {
      int port = Site.freePort();
      var builder = new ProcessBuilder(launcher(), "run").redirectErrorStream(true);
      builder.redirectOutput(folder.resolve("run.log").toFile());
      builder.environment().putAll(site.variables(port, Site.freePort()));
      Process process = builder.start();
      try {
        var asking = new Asking();
        String url = "http://127.0.0.1:" + port + "/x";
        assertThat(asking.await(200, url, site.token("alice"), Duration.ofSeconds(60)).body())
            .isEqualTo("{\"fine\":true}");
        assertThat(asking.get(url, null).statusCode()).isEqualTo(401);
        process.destroy();
        assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @Test
  void exampleConfigurations_areThereAndChecked() throws Exception {
    assertThat(Command.of(launcher(), "check", "-c", home + "/config/minimal.yaml").run())
        .contains("appointments");
  }

  @Test
  void whatBelongsToIt_isThere() throws IOException {
    assertThat(Files.readString(home.resolve("LICENSE"))).contains("Apache License");
    assertThat(Files.readString(home.resolve("THIRD-PARTY.txt")))
        .contains("io.netty:netty-handler:", "com.nimbusds:nimbus-jose-jwt:")
        .doesNotContain("Unknown license");
    assertThat(Files.readString(home.resolve("bom.json")))
        .contains("\"bomFormat\" : \"CycloneDX\"", "netty-handler")
        .doesNotContain("archunit");
    assertThat(home.resolve("systemd/bearward.service")).isRegularFile();
    assertThat(home.resolve("docs/configuration.md")).isRegularFile();
  }

  private static String launcher() {
    return home.resolve("bin/bearward").toString();
  }
}
