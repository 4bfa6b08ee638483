package dev.bearward.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bearward.demo.web.Http;
import dev.bearward.demo.web.WebServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The starter, with a stand-in for the gateway's process. */
final class DemoTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Ports ports = FreePorts.choose();

  @ParameterizedTest
  @ValueSource(
      strings = {"--gateway-port", "--admin-port", "--api-port", "--auth-port", "--spa-port"})
  void portTaken_namesItAndTheOptionAndLeavesNothingRunning(String option) throws IOException {
    int taken =
        ports.all().stream()
            .filter(p -> p.option().equals(option))
            .findFirst()
            .orElseThrow()
            .number();
    try (ServerSocket other = new ServerSocket()) {
      other.bind(WebServer.loopback(taken));
      assertThat(execute("serve")).isEqualTo(3);
    }
    assertThat(err.toString())
        .contains("Port " + taken + " is taken")
        .contains("choose another with " + option);
    assertThat(out.toString()).contains("development only").doesNotContain("curl");
    assertEveryPortFree();
  }

  @Test
  void portTakenOnTheIpv6LoopbackOnly_isTakenToo() throws IOException {
    byte[] address = new byte[16];
    address[15] = 1;
    try (ServerSocket other = new ServerSocket()) {
      InetAddress loopback = InetAddress.getByAddress(address);
      assumeTrue(NetworkInterface.getByInetAddress(loopback) != null, "no IPv6 here");
      other.bind(new InetSocketAddress(loopback, ports.spa().number()));
      assertThat(execute("serve")).isEqualTo(3);
    }
    assertThat(err.toString()).contains("Port " + ports.spa().number() + " is taken", "--spa-port");
  }

  @Test
  void samePortTwice_isWrongUsage() throws IOException {
    ports =
        new Ports(
            ports.gateway(),
            ports.admin(),
            ports.api(),
            ports.authorization(),
            new Ports.Port(ports.api().number(), "--spa-port"));
    assertThat(execute("serve")).isEqualTo(2);
  }

  @Test
  void gatewayThatDies_isReportedWithItsOutput() throws IOException {
    assertThat(execute("die")).isEqualTo(3);
    assertThat(err.toString()).contains("exit code 7").contains("fake gateway: [run, -c] die");
    assertEveryPortFree();
  }

  @Test
  void gatewayThatRefusesTheRealRequest_isReported() throws IOException {
    assertThat(execute("refuse")).isEqualTo(3);
    assertThat(err.toString()).contains("got 503 instead of 200");
    assertEveryPortFree();
  }

  @Test
  void missingJarOrConfiguration_isNamed() {
    CommandLine command = command();
    assertThat(command.execute("--gateway-jar", folder.resolve("none.jar").toString()))
        .isEqualTo(3);
    assertThat(err.toString()).contains("none.jar").contains("--gateway-jar");
  }

  @Test
  void everythingUp_printsTheAddressAndThreeCurlLines_thenGatewayEndsItAll() throws Exception {
    List<Integer> exit = new ArrayList<>();
    Thread demo = Thread.ofVirtual().start(() -> exit.add(executeUnchecked("serve")));
    await(() -> out.toString().contains("Ctrl-C") || !demo.isAlive());
    String said = out.toString();
    assertThat(said)
        .as(err.toString())
        .contains("Open http://localhost:" + ports.spa().number() + "/")
        .contains("one real request      200");
    assertThat(said.lines().filter(line -> line.strip().startsWith("curl -i "))).hasSize(3);
    assertThat(said)
        .contains("demo token --user alice --auth-port " + ports.authorization().number())
        .contains("--expires-in=-3600")
        .contains("demo token --user bob");
    assertThat(Http.get("http://localhost:" + ports.spa().number() + "/config.js").body())
        .contains(
            "http://localhost:" + ports.gateway().number(),
            "http://localhost:" + ports.authorization().number() + "/");
    assertTokenCommandWorks();

    killGateway();
    demo.join();
    assertThat(exit).containsExactly(1);
    assertThat(err.toString()).contains("ended by itself with exit code 7");
    assertEveryPortFree();
  }

  @Test
  void close_stopsTheGatewayProcessAndTheServers() throws Exception {
    Stack stack = new Stack(ports, line -> {});
    stack.startServers();
    GatewayProcess gateway = stack.startGateway(gateway("serve"), line -> {});
    assertThat(gateway.isAlive()).isTrue();
    stack.close();
    assertThat(gateway.isAlive()).isFalse();
    assertEveryPortFree();
  }

  @Test
  void closedWhileStarting_leavesNothingRunning() throws Exception {
    Stack stack = new Stack(ports, line -> {});
    stack.startServers();
    stack.close();
    assertThatThrownBy(() -> stack.startGateway(gateway("serve"), line -> {}))
        .isInstanceOf(CannotStart.class);
    assertEveryPortFree();
  }

  @Test
  void token_withoutARunningDemo_saysHowToStartIt() {
    assertThat(
            command()
                .execute("token", "--auth-port", Integer.toString(ports.authorization().number())))
        .isEqualTo(3);
    assertThat(err.toString()).contains("No demo is running").contains("./bearward demo");
    assertThat(out.toString()).isEmpty();
  }

  private void assertTokenCommandWorks() {
    StringWriter printed = new StringWriter();
    StringWriter complaints = new StringWriter();
    CommandLine command =
        Demo.commandLine()
            .setOut(new PrintWriter(printed, true))
            .setErr(new PrintWriter(complaints, true));
    String port = Integer.toString(ports.authorization().number());
    assertThat(command.execute("token", "--user", "bob", "--auth-port", port)).isZero();
    assertThat(printed.toString())
        .matches(Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]+\\R"))
        .hasLineCount(1);
    assertThat(command.execute("token", "--user", "mallory", "--auth-port", port)).isEqualTo(1);
    assertThat(complaints.toString()).contains("alice or bob");
  }

  private void killGateway() {
    try {
      Http.get("http://127.0.0.1:" + ports.admin().number() + "/die");
    } catch (AssertionError noAnswer) {
      // The process ends before it answers.
    }
  }

  private void assertEveryPortFree() {
    for (Ports.Port port : ports.all()) {
      await(() -> isFree(port.number()));
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(WebServer.loopback(port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  private int executeUnchecked(String behaviour) {
    try {
      return execute(behaviour);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private int execute(String behaviour) throws IOException {
    GatewayProcess.Command gateway = gateway(behaviour);
    List<String> arguments = new ArrayList<>();
    for (Ports.Port port : ports.all()) {
      arguments.add(port.option());
      arguments.add(Integer.toString(port.number()));
    }
    arguments.addAll(
        List.of("--gateway-jar", gateway.jar().toString(), "-c", gateway.config().toString()));
    return command().execute(arguments.toArray(String[]::new));
  }

  private CommandLine command() {
    return Demo.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
  }

  /** A jar of {@link FakeGateway}, and a file that tells it how to behave. */
  private GatewayProcess.Command gateway(String behaviour) throws IOException {
    Path config = Files.writeString(folder.resolve("behaviour"), behaviour);
    Path jar = folder.resolve("gateway.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, FakeGateway.class.getName());
    String entry = FakeGateway.class.getName().replace('.', '/') + ".class";
    try (JarOutputStream file = new JarOutputStream(Files.newOutputStream(jar), manifest);
        InputStream code = FakeGateway.class.getClassLoader().getResourceAsStream(entry)) {
      file.putNextEntry(new JarEntry(entry));
      Objects.requireNonNull(code, entry).transferTo(file);
    }
    return new GatewayProcess.Command(jar, config, java.util.Optional.empty());
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within 60 seconds");
      }
      Thread.onSpinWait();
    }
  }
}
