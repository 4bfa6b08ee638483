package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.bearward.http.Reason;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.TestIssuer;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.CryptoInUse;
import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.JwtVerifier;
import dev.bearward.token.TokenVerifier;
import dev.bearward.token.Verified;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What requests allocate, against the committed baseline: repeatable where times are not. A tenth
 * more fails; whoever meant it, or saves some, writes the new figure into the baseline and says why
 * in the commit. Runs from {@code .ci/run} without leak detection, which allocates too.
 */
@Tag("ci")
@Tag("baseline")
class AllocationBaselineTest {
  private static final Path BASELINE = Path.of("..", "benchmarks", "allocations.properties");
  private static final double TOLERANCE = 1.1;
  private static final int ROUNDS = 12;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final String RESPONSE =
      """
      HTTP/1.1 200 OK
      Server: nginx
      Date: Thu, 26 Nov 2026 08:00:00 GMT
      Content-Type: application/json
      Content-Length: 26
      Connection: keep-alive

      {"appointments":[],"of":0}\
      """
          .replace("\n", "\r\n");

  private static final Properties baseline = new Properties();

  private final TestIssuer issuer =
      new TestIssuer("test", "https://issuer.example/", InstantSource.system(), JwsAlgorithm.RS256);

  @BeforeAll
  static void readBaseline() throws IOException {
    try (InputStream in = Files.newInputStream(BASELINE)) {
      baseline.load(in);
    }
  }

  /** Bytes of one unit of work: the least of several rounds, since the compiler is at it still. */
  private static long perUnit(int units, Work round, List<Thread> threads) throws Exception {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      long before = allocated(threads);
      round.run();
      least = Math.min(least, (allocated(threads) - before) / units);
    }
    return least;
  }

  private interface Work {
    void run() throws Exception;
  }

  private static long allocated(List<Thread> threads) {
    return threads.stream().mapToLong(one -> THREADS.getThreadAllocatedBytes(one.threadId())).sum();
  }

  private static void hold(String name, long bytes) {
    String expected = baseline.getProperty(name);
    System.out.println("allocations: " + name + "=" + bytes + " (baseline: " + expected + ")");
    assertThat(expected).as(name + " in " + BASELINE).isNotNull();
    assertThat((double) bytes)
        .as(name + ": bytes allocated (expected: at most a tenth above " + expected + ")")
        .isLessThanOrEqualTo(Math.max(Long.parseLong(expected) * TOLERANCE, 1));
  }

  private String yaml(int upstream) throws IOException {
    Path keys = Files.createTempFile("bearward", ".json");
    keys.toFile().deleteOnExit();
    Files.writeString(keys, issuer.jwks());
    return """
    server: {listen: "127.0.0.1:0"}
    admin: {listen: disabled}
    issuers:
      - {name: test, issuer: "https://issuer.example/", audience: "appointments:api", keys: {file: "%s"}}
    upstreams: {appointments: "http://127.0.0.1:%d"}
    routes:
      - path: /api/appointments/**
        methods: [GET, HEAD]
        upstream: appointments
        require: {scopes: ["read:appointments"]}
        identity: {X-User: sub}
    """
        .formatted(keys, upstream);
  }

  private String token() {
    return issuer.token().scopes("openid", "read:appointments").sign();
  }

  @Test
  @DisplayName("a warm request over sockets, client's bytes to client's bytes")
  void warmRequest_allocatesNoMoreThanItDid() throws Exception {
    int requests = 5_000;
    try (var upstream = RawUpstream.answering(RESPONSE);
        var gateway = new RunningGateway(yaml(upstream.port()))) {
      URI uri = gateway.uri("/api/appointments/7");
      byte[] request =
          ("GET /api/appointments/7 HTTP/1.1\r\nHost: api.example.com\r\nAccept: application/json"
                  + "\r\nUser-Agent: load\r\nAccept-Language: en-GB,en;q=0.9\r\nAuthorization: Bearer "
                  + token()
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), uri.getPort())) {
        socket.setTcpNoDelay(true);
        byte[] answer = new byte[8192];
        Work round =
            () -> {
              for (int i = 0; i < requests; i++) {
                socket.getOutputStream().write(request);
                int length = socket.getInputStream().read(answer);
                assertThat(length).isPositive();
                if (answer[9] != '2') {
                  throw new AssertionError(
                      new String(answer, 0, length, StandardCharsets.US_ASCII));
                }
              }
            };
        hold("request.warm", perUnit(requests, round, eventLoops()));
      }
    }
  }

  private static List<Thread> eventLoops() {
    List<Thread> loops =
        Thread.getAllStackTraces().keySet().stream()
            .filter(one -> one.getName().startsWith("bearward-io"))
            .toList();
    assertThat(loops).isNotEmpty();
    return loops;
  }

  @Test
  @DisplayName("verification of a token seen for the first time, and of one badly signed")
  void coldVerification_allocatesNoMoreThanItDid() throws Exception {
    int verifications = 2_000;
    var verifier =
        new JwtVerifier(
            RunningGateway.settings(yaml(1)).issuers(),
            issuer.keySource(),
            new CryptoInUse(),
            Set.of(ClaimPath.of("sub")),
            InstantSource.system());
    String good = token();
    int dot = good.lastIndexOf('.');
    String bad = good.substring(0, dot + 1) + good.substring(dot + 1).replace('a', 'b');
    assertThat(verifier.verify(good)).isInstanceOf(Verified.class);
    assertThat(verifier.verify(bad)).isEqualTo(new TokenVerifier.Rejected(Reason.BAD_SIGNATURE));
    List<Thread> here = List.of(Thread.currentThread());
    Work cold = () -> repeat(verifications, () -> verifier.verify(good));
    hold("verification.cold", perUnit(verifications, cold, here));
    Work refused = () -> repeat(verifications, () -> verifier.verify(bad));
    hold("verification.badSignature", perUnit(verifications, refused, here));
  }

  private static void repeat(int times, Runnable work) {
    for (int i = 0; i < times; i++) {
      work.run();
    }
  }
}
