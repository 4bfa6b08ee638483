package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.access.AccessGate;
import dev.bearward.access.FailureBudgets;
import dev.bearward.access.RouteAccess;
import dev.bearward.access.RoutePlan;
import dev.bearward.access.Waiting;
import dev.bearward.binding.InMemoryReplayGuard;
import dev.bearward.binding.TestPossession;
import dev.bearward.route.TestRoutes;
import dev.bearward.testing.SteppedTime;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.testing.TestProof;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.BindingSettings;
import dev.bearward.token.BindingSettings.Demand;
import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.TestSettings;
import dev.bearward.token.TokenVerifier;
import dev.bearward.token.Verified;
import dev.bearward.token.VerifiedTokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A memory of used proofs that is full, over real sockets. */
class FullReplayStoreTest {
  private static final int PLACES = 3;
  private static final TestKey KEY = TestKey.generate(JwsAlgorithm.ES256, "k");

  private final SteppedTime time = new SteppedTime();
  private final InMemoryReplayGuard used = new InMemoryReplayGuard(PLACES, time, 7);

  @AfterEach
  void stopTime() {
    time.shutdown();
  }

  private AccessGate gate() {
    var binding =
        new BindingSettings(Demand.OPTIONAL, Demand.DISABLED, Duration.ofSeconds(60), false);
    var settings = TestSettings.bound(TestIssuer.simple().settings(), binding);
    Map<String, Verified> tokens =
        Map.of(
            "bound", VerifiedTokens.alice().boundTo(TestProof.thumbprint(KEY), null).build(),
            "plain", VerifiedTokens.alice().build());
    TokenVerifier verifier = token -> Objects.requireNonNull(tokens.get(token));
    return new RouteAccess(
        List.of(new RoutePlan(TestRoutes.path("/x").route(), List.of(), null)),
        new BearerCredentials(64, _ -> false, true),
        verifier,
        FailureBudgets.UNLIMITED,
        TestPossession.of(used, time, settings),
        "bearward",
        null,
        new Waiting(List.of("test"), 10),
        time);
  }

  private String proving() {
    String uri = TestPossession.URL + "/x";
    String proof = TestProof.of(KEY, "GET", uri, "bound", time.instant()).sign();
    return "GET /x HTTP/1.1\r\nHost: h\r\nAuthorization: DPoP bound\r\nDPoP: " + proof + "\r\n\r\n";
  }

  @Test
  @DisplayName("rule 75: full, the memory of proofs fails closed: 503, and no proof passes twice")
  void fullStore_refusesEveryFurtherProof() {
    RecordingForwarder upstream = RecordingForwarder.ok();
    try (var server = TestServer.start(gate(), upstream);
        var client = server.connect()) {
      String first = proving();
      assertThat(client.exchange(first).status()).isEqualTo(200);
      for (int i = 1; i < PLACES; i++) {
        assertThat(client.exchange(proving()).status()).isEqualTo(200);
      }
      RawClient.Response refused = client.exchange(proving());
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.reason()).isEqualTo("state_unavailable");
      assertThat(refused.header("retry-after")).isNotNull();
      assertThat(refused.header("www-authenticate")).isNull();
      assertThat(client.exchange(first).reason()).isEqualTo("proof_invalid");
      assertThat(upstream.received).hasSize(PLACES);
      String plain = "GET /x HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer plain\r\n\r\n";
      assertThat(client.exchange(plain).status()).isEqualTo(200);

      time.advance(Duration.ofMinutes(2));
      assertThat(client.exchange(first).reason()).as("too old").isEqualTo("proof_invalid");
      assertThat(client.exchange(proving()).status()).isEqualTo(200);
    }
  }
}
