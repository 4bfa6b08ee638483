package dev.bearward.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/**
 * The image as it is to be run: numeric user, read-only root, no capabilities, 192 MiB. On the
 * host's network, so that issuer and API can be in this process, on loopback.
 */
@Tag("docker")
@Timeout(240)
class ImageTest {
  private static final long MEBIBYTE = 1024 * 1024;
  private static final long LIMIT_BYTES = 192 * MEBIBYTE;
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Asking asking = new Asking();
  private final List<GenericContainer<?>> started = new ArrayList<>();
  private Site site;
  private int port;
  private int adminPort;

  @BeforeAll
  static void dockerIsThere() {
    assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "no Docker engine answers");
    assumeTrue(!image().isEmpty(), "-Dbearward.image names no image");
  }

  @BeforeEach
  void start() throws Exception {
    site = Site.start();
    port = Site.freePort();
    adminPort = Site.freePort();
  }

  @AfterEach
  void stop() {
    started.forEach(GenericContainer::stop);
    site.close();
  }

  @Test
  void image_isSmallNamesItsUserAndHasNoShell() throws Exception {
    var image = docker().inspectImageCmd(image()).exec();

    assertThat(image.getSize()).isLessThan(150_000_000L);
    assertThat(image.getConfig().getUser()).isEqualTo("65532:65532");
    assertThat(image.getConfig().getEntrypoint()[0]).isEqualTo("/opt/bearward/runtime/bin/java");
    assertThat(image.getConfig().getLabels()).containsKey("org.opencontainers.image.version");
    assertThat(run(Map.of()).execInContainer("/bin/sh", "-c", "true").getExitCode()).isNotZero();
  }

  @Test
  void container_serves_refuses_andWritesNothing() throws Exception {
    GenericContainer<?> gateway = running();

    assertThat(asking.get(url("/x"), site.token("alice")).statusCode()).isEqualTo(200);
    HttpResponse<String> refusal = asking.get(url("/x"), null);
    assertThat(refusal.statusCode()).isEqualTo(401);
    assertThat(refusal.body()).contains("\"no_token\"");
    assertThat(awaitLog(gateway, "signatures verified by"))
        .contains("AmazonCorrettoCryptoProvider")
        .contains("EPOLL");
    assertThat(docker().containerDiffCmd(gateway.getContainerId()).exec()).isNullOrEmpty();
  }

  @Test
  void start_takesItsClassesFromTheCache() throws Exception {
    GenericContainer<?> gateway = run(Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:stderr"));
    asking.await(200, url("/x"), site.token("alice"), SOON);

    List<String> ours =
        gateway.getLogs().lines().filter(line -> line.contains(" dev.bearward.server.")).toList();
    assertThat(ours).isNotEmpty();
    assertThat(ours)
        .filteredOn(line -> line.contains("shared objects file"))
        .hasSizeGreaterThan(ours.size() / 2);
  }

  @Test
  void healthCheck_turns() throws Exception {
    GenericContainer<?> gateway = running();

    assertThat(health(gateway, "127.0.0.1:" + adminPort, "/health/ready")).isZero();
    assertThat(health(gateway, "127.0.0.1:" + adminPort, "/health/none")).isOne();
    assertThat(health(gateway, "127.0.0.1:" + Site.freePort(), "/health/live")).isOne();
    assertThat(health(gateway, "nowhere", "/health/live")).isOne();
    awaitHealth(gateway, "healthy");
  }

  @Test
  void mountedFile_changed_isReloaded(@TempDir Path folder) throws Exception {
    configure(folder, "/one");
    var mounted = new Bind(folder.toString(), new Volume("/etc/bearward"), AccessMode.ro);
    GenericContainer<?> gateway =
        container(Map.of(), mounted).withCommand("run", "-c", "/etc/bearward/bearward.yaml");
    gateway.start();
    String token = site.token("alice");
    asking.await(200, url("/one"), token, SOON);
    assertThat(asking.get(url("/two"), token).statusCode()).isEqualTo(404);

    configure(folder, "/two");

    asking.await(200, url("/two"), token, SOON);
    assertThat(asking.get(url("/one"), token).statusCode()).isEqualTo(404);
    assertThat(state(gateway).getRunning()).isTrue();
  }

  private void configure(Path folder, String path) throws IOException {
    Path next =
        Files.writeString(
            folder.resolve("next"),
            """
            server: {listen: "127.0.0.1:%d"}
            admin: {listen: "127.0.0.1:%d"}
            issuers:
              - {issuer: "%s", audience: api}
            upstreams: {app: "%s"}
            routes:
              - {path: "%s", upstream: app, require: {}}
            """
                .formatted(port, adminPort, site.issuer(), site.url(), path));
    // The container's user is another one.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
    Files.move(next, folder.resolve("bearward.yaml"), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  @DisplayName("docker stop: the request in flight ends, exit code 0")
  void stop_drains() throws Exception {
    GenericContainer<?> gateway = running();
    String token = site.token("alice");
    try (var client = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HttpResponse<String>> slow = client.submit(() -> asking.get(url("/slow"), token));
      assertThat(site.slowBegun().await(30, TimeUnit.SECONDS)).isTrue();
      Future<?> stopped =
          client.submit(
              () -> docker().stopContainerCmd(gateway.getContainerId()).withTimeout(60).exec());
      awaitLog(gateway, "draining");
      site.endSlow();
      assertThat(slow.get(30, TimeUnit.SECONDS).body()).isEqualTo("slow");
      stopped.get(60, TimeUnit.SECONDS);
    }
    InspectContainerResponse.ContainerState state = state(gateway);
    assertThat(state.getExitCodeLong()).isZero();
    assertThat(state.getOOMKilled()).isFalse();
  }

  @Test
  void wrongConfiguration_namesTheProblemAndExitsWithOne(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("bearward.yaml"), "servr: {}\n");
    // The container's user is another one.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    var mounted = new Bind(folder.toString(), new Volume("/etc/bearward"), AccessMode.ro);
    GenericContainer<?> gateway =
        container(Map.of(), mounted)
            .withCommand("run", "-c", "/etc/bearward/" + file.getFileName());
    gateway.start();

    assertThat(awaitLog(gateway, "problem")).contains("servr");
    awaitEnd(gateway);
    assertThat(state(gateway).getExitCodeLong()).isOne();
  }

  @Test
  @DisplayName("20,000 requests and 4,000 tokens in 192 MiB: none fails, nothing is killed")
  void load_inTheContainersLimit_isServed() throws Exception {
    GenericContainer<?> gateway = running();
    var failures = new ArrayList<Future<Integer>>();
    try (var clients = Executors.newFixedThreadPool(32)) {
      for (int client = 0; client < 32; client++) {
        int number = client;
        failures.add(clients.submit(() -> failuresOf(number)));
      }
      for (Future<Integer> one : failures) {
        assertThat(one.get(200, TimeUnit.SECONDS)).isZero();
      }
    }
    InspectContainerResponse.ContainerState state = state(gateway);
    assertThat(state.getRunning()).isTrue();
    assertThat(state.getOOMKilled()).isFalse();
    long resident = residentBytes(state.getPidLong());
    System.out.println("image: " + resident / MEBIBYTE + " MiB resident after 20,000 requests");
    assertThat(resident).isLessThan(LIMIT_BYTES);
  }

  /** A new token for every fifth request: each is verified, and fills the cache. */
  private int failuresOf(int client) throws Exception {
    int failed = 0;
    String token = "";
    for (int i = 0; i < 625; i++) {
      if (i % 5 == 0) {
        token = site.token("user-" + client + "-" + i);
      }
      failed += asking.get(url("/x?i=" + i), token).statusCode() == 200 ? 0 : 1;
    }
    return failed;
  }

  private static long residentBytes(Long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", pid.toString(), "status"), StandardCharsets.UTF_8)
        .stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  private GenericContainer<?> running() throws InterruptedException {
    GenericContainer<?> gateway = run(Map.of());
    asking.await(200, url("/x"), site.token("first"), SOON);
    return gateway;
  }

  private GenericContainer<?> run(Map<String, String> more) {
    GenericContainer<?> gateway = container(site.variables(port, adminPort)).withEnv(more);
    gateway.start();
    return gateway;
  }

  private GenericContainer<?> container(Map<String, String> variables, Bind... mounts) {
    GenericContainer<?> gateway =
        new GenericContainer<>(image())
            .withEnv(variables)
            .withNetworkMode("host")
            .waitingFor(noWait())
            .withCreateContainerCmdModifier(command ->
                command
                    .getHostConfig()
                    .withReadonlyRootfs(true)
                    .withCapDrop(Capability.ALL)
                    .withSecurityOpts(List.of("no-new-privileges"))
                    .withBinds(mounts)
                    .withMemory(LIMIT_BYTES)
                    .withMemorySwap(LIMIT_BYTES));
    started.add(gateway);
    return gateway;
  }

  private static AbstractWaitStrategy noWait() {
    return new AbstractWaitStrategy() {
      @Override
      protected void waitUntilReady() {
        // The test itself asks.
      }
    };
  }

  private static int health(GenericContainer<?> gateway, String address, String path)
      throws IOException, InterruptedException {
    return gateway.execInContainer("/opt/bearward/health", address, path).getExitCode();
  }

  private static void awaitHealth(GenericContainer<?> gateway, String status)
      throws InterruptedException {
    long end = System.nanoTime() + SOON.toNanos();
    while (!status.equals(state(gateway).getHealth().getStatus())) {
      assertThat(System.nanoTime()).as("health " + state(gateway).getHealth()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private static void awaitEnd(GenericContainer<?> gateway) throws InterruptedException {
    long end = System.nanoTime() + SOON.toNanos();
    while (Boolean.TRUE.equals(state(gateway).getRunning())) {
      assertThat(System.nanoTime()).as("still running").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static String awaitLog(GenericContainer<?> gateway, String text)
      throws InterruptedException {
    long end = System.nanoTime() + SOON.toNanos();
    while (!gateway.getLogs().contains(text)) {
      assertThat(System.nanoTime()).as(gateway.getLogs()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return gateway.getLogs();
  }

  private static InspectContainerResponse.ContainerState state(GenericContainer<?> gateway) {
    return docker().inspectContainerCmd(gateway.getContainerId()).exec().getState();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  private static DockerClient docker() {
    return DockerClientFactory.instance().client();
  }

  private static String image() {
    return System.getProperty("bearward.image", "");
  }
}
