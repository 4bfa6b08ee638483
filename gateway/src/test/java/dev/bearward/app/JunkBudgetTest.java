package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Conversation;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.token.JwsAlgorithm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One address floods with bad tokens, over real sockets, while others go on. */
@Timeout(180)
class JunkBudgetTest {
  private static final InetAddress FLOODER = InetAddress.ofLiteral("127.0.0.2");
  private static final int CONNECTIONS = 4;
  private static final int BATCH = 50;
  private static final int FLOOD = 20_000;
  private static final int BUDGET = 50;

  private RawUpstream upstream;
  private IssuerSite site;
  private TestIssuer issuer;

  @BeforeEach
  void startParts() throws IOException {
    upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    site = new IssuerSite();
    issuer = site.issuer();
  }

  @AfterEach
  void stopParts() {
    site.close();
    upstream.close();
  }

  private String yaml() {
    return """
    server: {listen: "127.0.0.1:0"}
    admin: {listen: "127.0.0.1:0"}
    issuers: [{name: test, issuer: "%s", audience: "appointments:api"}]
    upstreams: {appointments: "http://127.0.0.1:%d"}
    routes: [{path: /**, upstream: appointments, require: {}}]
    accessLog: {format: disabled}
    """
        .formatted(issuer.issuer(), upstream.port());
  }

  private static String request(String token) {
    return "GET /api HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n";
  }

  private static Conversation connect(RunningGateway gateway, InetAddress from) throws IOException {
    var socket =
        new Socket(InetAddress.ofLiteral("127.0.0.1"), gateway.uri("/").getPort(), from, 0);
    socket.setSoTimeout(60_000);
    return new Conversation(socket);
  }

  /** Reads one response to its end and returns its head. */
  private static String response(Conversation conversation) throws IOException {
    String head = Objects.requireNonNull(conversation.readHead());
    Matcher length = Pattern.compile("(?i)\r\ncontent-length: (\\d+)").matcher(head);
    assertThat(length.find()).isTrue();
    conversation.skip(Long.parseLong(length.group(1)));
    return head;
  }

  private static int status(String head) {
    return Integer.parseInt(head.substring(9, 12));
  }

  /** Floods by one connection; how often each status came back. */
  private static Map<Integer, Integer> flood(RunningGateway gateway, String junk, int requests)
      throws IOException {
    var statuses = new TreeMap<Integer, Integer>();
    String batch = request(junk).repeat(BATCH);
    try (Conversation conversation = connect(gateway, FLOODER)) {
      for (int sent = 0; sent < requests; sent += BATCH) {
        conversation.send(batch);
        for (int i = 0; i < BATCH; i++) {
          statuses.merge(status(response(conversation)), 1, Integer::sum);
        }
      }
    }
    return statuses;
  }

  private static double metric(RunningGateway gateway, String name) throws Exception {
    String metrics = gateway.admin("GET", "/metrics").body();
    Matcher value = Pattern.compile("(?m)^" + Pattern.quote(name) + " (\\S+)$").matcher(metrics);
    assertThat(value.find()).as(name).isTrue();
    return Double.parseDouble(value.group(1));
  }

  private String junk() {
    TestKey other = TestKey.generate(JwsAlgorithm.ES256, issuer.key().keyId());
    return issuer.token().signedBy(other).sign();
  }

  @Test
  @DisplayName("junk budget: a flood of bad signatures costs as many verifications as configured")
  void flood_ofBadSignatures_isVerifiedWithinTheBudget() throws Exception {
    String cached = issuer.token().subject("cached").sign();
    String junk = junk();
    try (var gateway = new RunningGateway(yaml());
        ExecutorService flooders = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(gateway.get("/api", cached).statusCode()).isEqualTo(200);
      double before = metric(gateway, "bearward_token_verification_seconds_count");
      long begun = System.nanoTime();
      List<Future<Map<Integer, Integer>>> floods = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        floods.add(flooders.submit(() -> flood(gateway, junk, FLOOD / CONNECTIONS)));
      }
      int served = 0;
      while (!floods.stream().allMatch(Future::isDone)) {
        HttpResponse<String> response = gateway.get("/api", cached);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        served++;
      }
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) + 1;
      var statuses = new TreeMap<Integer, Integer>();
      for (Future<Map<Integer, Integer>> flood : floods) {
        flood.get().forEach((status, count) -> statuses.merge(status, count, Integer::sum));
      }
      double verified = metric(gateway, "bearward_token_verification_seconds_count") - before;
      // Decided before it is counted: each connection may have one more under way.
      int most = (int) (BUDGET * (1 + seconds)) + CONNECTIONS;
      assertThat(statuses.keySet()).containsExactly(401, 429);
      int looked = statuses.getOrDefault(401, 0);
      int unseen = statuses.getOrDefault(429, 0);
      assertThat(looked + unseen).isEqualTo(FLOOD);
      assertThat((int) verified).isEqualTo(looked).isBetween(BUDGET, most);
      assertThat(metric(gateway, "bearward_refusals_total{reason=\"rate_limited\"}"))
          .isEqualTo((double) unseen);
      assertThat(served).isPositive();
      assertThat(upstream.conversations().stream().map(Conversation::received))
          .noneMatch(seen -> seen.contains("eyJ"));
    }
  }

  @Test
  @DisplayName("junk budget: known tokens of the same address pass, new ones wait, others do not")
  void overBudget_onlyNewTokensOfThatAddressWait() throws Exception {
    String cached = issuer.token().subject("cached").sign();
    String fresh = issuer.token().subject("fresh").sign();
    String slow =
        yaml()
            .replace(
                "server: {",
                "server: {limits: "
                    + """
                    {failedVerifications: {perAddress: 5, per: 1h}},\
                    """
                        .strip()
                    + " ");
    try (var gateway = new RunningGateway(slow);
        Conversation flooder = connect(gateway, FLOODER)) {
      assertThat(gateway.get("/api", cached).statusCode()).isEqualTo(200);
      Map<Integer, Integer> statuses = flood(gateway, junk(), BATCH);
      assertThat(statuses).isEqualTo(Map.of(401, 5, 429, 45));
      flooder.send(request(cached));
      assertThat(status(response(flooder))).isEqualTo(200);
      flooder.send(request(fresh));
      String refusal = response(flooder);
      assertThat(status(refusal)).isEqualTo(429);
      assertThat(refusal).containsPattern("(?i)\r\nretry-after: 7[12]\\d\r\n");
      assertThat(refusal).doesNotContainIgnoringCase("www-authenticate");
      assertThat(gateway.get("/api", fresh).statusCode()).isEqualTo(200);
      flooder.send(request(fresh));
      assertThat(status(response(flooder))).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("junk budget: after the wait that it was told an address may try again")
  void overBudget_afterRetryAfter_triesAgain() throws Exception {
    String yaml =
        yaml()
            .replace(
                "server: {", "server: {limits: {failedVerifications: {perAddress: 2, per: 1s}}, ");
    try (var gateway = new RunningGateway(yaml)) {
      assertThat(flood(gateway, junk(), BATCH)).containsKey(429);
      String good = issuer.token().sign();
      try (Conversation flooder = connect(gateway, FLOODER)) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        int status;
        do {
          flooder.send(request(good));
          status = status(response(flooder));
        } while (status == 429 && System.nanoTime() < deadline);
        assertThat(status).isEqualTo(200);
      }
    }
  }
}
