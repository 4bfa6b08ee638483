package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.RedisServer;
import dev.bearward.testing.TestIdentity;
import dev.bearward.testing.TestIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Redis behind TLS, and the account that the documentation gives the gateways there. */
@Tag("redis")
@Timeout(120)
class ClusterTlsTest {
  private static final String PUBLIC = "https://api.example.com";
  private static final String ADMIN = "admin-token-of-the-test";
  private static final TestIdentity AUTHORITY = TestIdentity.authority("authority");

  @TempDir private Path folder;

  private final TestIssuer issuer = TestIssuer.simple();
  private RawUpstream upstream;
  private RedisServer redis;
  private int tlsPort;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(folder.resolve("ca.crt"), AUTHORITY.pem());
    Files.writeString(folder.resolve("strange.crt"), TestIdentity.authority("strange").pem());
    AUTHORITY.issue("redis", "127.0.0.1").into(folder, "redis");
    tlsPort = freePort();
    redis =
        RedisServer.start(
            folder,
            "--tls-port",
            Integer.toString(tlsPort),
            "--tls-cert-file",
            folder.resolve("redis.crt").toString(),
            "--tls-key-file",
            folder.resolve("redis.key").toString(),
            "--tls-ca-cert-file",
            folder.resolve("ca.crt").toString(),
            "--tls-auth-clients",
            "no");
    upstream = RawUpstream.answering(Story.OK);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @AfterEach
  void stop() {
    if (upstream != null) {
      upstream.close();
      redis.close();
    }
  }

  private RunningGateway gateway(String address, String ca) throws IOException {
    return new RunningGateway(
        """
        server: {listen: "127.0.0.1:0", publicUrl: "%s"}
        metadata: {enabled: false}
        admin: {listen: "127.0.0.1:0", token: %s}
        issuers:
          - name: test
            issuer: "%s"
            audience: "%s"
            keys: {inline: '%s'}
            binding: {dpop: optional}
        upstreams: {app: "http://127.0.0.1:%d"}
        routes:
          - {path: /one, upstream: app, require: {}, rateLimit: {requests: 1, per: 1h}}
          - {path: /**, upstream: app, require: {}}
        cluster: {redis: "rediss://%s", ca: "%s"}
        """
            .formatted(
                PUBLIC,
                ADMIN,
                issuer.issuer(),
                TestIssuer.AUDIENCE,
                issuer.jwks().replaceAll("\\s+", ""),
                upstream.port(),
                address,
                folder.resolve(ca)));
  }

  /** What operations.md grants an account. */
  private static String[] documentedRights() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "operations.md"));
    Matcher found = Pattern.compile("An account for it: `([^`]+)`").matcher(page);
    assertThat(found.find()).isTrue();
    return found.group(1).split(" ");
  }

  private void makeAccount() throws IOException {
    String[] rights = documentedRights();
    String[] command = new String[rights.length + 5];
    System.arraycopy(
        new String[] {"ACL", "SETUSER", "gate", "on", ">the-password"}, 0, command, 0, 5);
    System.arraycopy(rights, 0, command, 5, rights.length);
    assertThat(redis.command(command)).isEqualTo("+OK");
  }

  private static int status(RunningGateway gateway, String path, String token) {
    try {
      return gateway.get(path, token).statusCode();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("contract: over rediss:// the documented account may do all that gateways do there")
  void tls_withTheDocumentedAccount_sharesEverything() throws Exception {
    makeAccount();
    String address = "gate:the-password@127.0.0.1:" + tlsPort + "/1";
    try (var one = gateway(address, "ca.crt");
        var other = gateway(address, "ca.crt")) {
      assertThat(one.metric("bearward_cluster_up")).isEqualTo(1);
      String token = issuer.token().sign();
      assertThat(status(one, "/one", token)).isEqualTo(200);
      assertThat(status(other, "/one", token)).as("the rate is one").isEqualTo(429);

      ECKey key = new ECKeyGenerator(Curve.P_256).generate();
      String bound =
          issuer
              .token()
              .claim("cnf", Map.of("jkt", key.toPublicJWK().computeThumbprint().toString()))
              .sign();
      String proof =
          new DefaultDPoPProofFactory(key, JWSAlgorithm.ES256)
              .createDPoPJWT("GET", URI.create(PUBLIC + "/p"), new DPoPAccessToken(bound), null)
              .serialize();
      assertThat(
              one.send("GET", "/p", "Authorization", "DPoP " + bound, "DPoP", proof).statusCode())
          .isEqualTo(200);
      assertThat(other.send("GET", "/p", "Authorization", "DPoP " + bound, "DPoP", proof).body())
          .as("the proof is used")
          .contains("proof_invalid");

      String gone = issuer.token().claim("jti", "gone").sign();
      assertThat(status(other, "/p", gone)).isEqualTo(200);
      String json =
          "{\"jti\":\"gone\",\"issuer\":\"test\",\"expiresAt\":\"%s\"}"
              .formatted(Instant.now().plus(Duration.ofHours(1)));
      assertThat(one.adminPost("/revocations", json, "Authorization", "Bearer " + ADMIN).body())
          .contains("\"shared\":true");
      Eventually.await("the revocation", () -> status(other, "/p", gone) == 401);
      try (var late = gateway(address, "ca.crt")) {
        assertThat(status(late, "/p", gone)).as("read at the start").isEqualTo(401);
      }
      assertThat(redis.command("ACL", "LOG")).as("what Redis denied").isEmpty();
      assertThat(redis.command("CLIENT", "LIST")).contains("user=gate", "name=bearward");
    }
  }

  @Test
  @DisplayName("contract: nothing is shared with a Redis that another authority vouches for")
  void tls_ofAStranger_isNotSpokenTo() throws Exception {
    makeAccount();
    String address = "gate:the-password@127.0.0.1:" + tlsPort;
    assertNotSpokenTo(address, "strange.crt");
  }

  @Test
  @DisplayName("contract: nor with one whose certificate is for another host")
  void tls_ofAnotherHost_isNotSpokenTo() throws Exception {
    makeAccount();
    String address = "gate:the-password@localhost:" + tlsPort;
    assertNotSpokenTo(address, "ca.crt");
  }

  private void assertNotSpokenTo(String address, String ca) throws IOException {
    try (var gateway = gateway(address, ca)) {
      assertThat(gateway.metric("bearward_cluster_up")).isZero();
      assertThat(status(gateway, "/one", issuer.token().sign())).isEqualTo(200);
      assertThat(redis.command("CLIENT", "LIST")).doesNotContain("user=gate");
      assertThat(redis.command("KEYS", "*")).isEmpty();
    }
  }
}
