package dev.bearward.benchmarks.jmh;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import dev.bearward.access.AccessDecision;
import dev.bearward.access.Permit;
import dev.bearward.access.RouteAccess;
import dev.bearward.app.DecisionPoint;
import dev.bearward.app.Sharing;
import dev.bearward.config.Configuration;
import dev.bearward.config.GatewaySettings;
import dev.bearward.config.Reading;
import dev.bearward.config.Surroundings;
import dev.bearward.http.Authority;
import dev.bearward.http.CanonicalPath;
import dev.bearward.http.Peer;
import dev.bearward.http.RequestHead;
import dev.bearward.token.KeySource;
import dev.bearward.token.TokenListener;
import dev.bearward.token.VerificationKey;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The whole decision on a request whose token is known, by how many routes there are: canonical
 * path, route, credentials, cache, scope, identity header. Each request brings new strings, as from
 * the wire; 1,000 tokens in turn. {@code request} is making these strings alone.
 *
 * <p>{@code benchmarks/jmh.sh WholeDecision}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WholeDecision {
  private static final int TOKENS = 1_000;
  private static final String NAME = "issuer";

  @Param({"10", "1000", "10000"})
  private int routes;

  private RouteAccess access;
  private Authority authority;
  private Peer peer;
  private Turn fields;
  private Turn targets;

  @Setup
  public void prepare() throws GeneralSecurityException, JOSEException, IOException {
    var issuer = new TestIssuer(Algorithm.RS256);
    GatewaySettings settings = settings(issuer);
    access = DecisionPoint.of(settings, world(issuer, settings)).access();
    authority =
        switch (Authority.parse("api.example.com")) {
          case Authority.Valid(Authority valid) -> valid;
          case Authority.Invalid(String expected) -> throw new IllegalStateException(expected);
        };
    peer = new Peer(InetAddress.getLoopbackAddress(), false, null);
    String[] all = issuer.tokens(TOKENS);
    var paths = new String[TOKENS];
    for (int i = 0; i < TOKENS; i++) {
      all[i] = "Bearer " + all[i];
      paths[i] = "/api/service" + i * 7 % routes + "/items/" + i;
    }
    fields = new Turn(all);
    targets = new Turn(paths);
    for (int i = 0; i < TOKENS; i++) {
      if (!(decide() instanceof Permit)) {
        throw new IllegalStateException("decision: refused (expected: permitted)");
      }
    }
  }

  private GatewaySettings settings(TestIssuer issuer) throws JOSEException, IOException {
    Path keys = Files.createTempFile("bearward", ".json");
    keys.toFile().deleteOnExit();
    Files.writeString(keys, new JWKSet(issuer.jwk()).toString());
    var yaml =
        new StringBuilder(
            """
            issuers:
              - {name: issuer, issuer: "%s", audience: "%s", keys: {file: "%s"}}
            upstreams: {u: "http://127.0.0.1:7002"}
            defaults: {identity: {X-User: sub}}
            tokenCache: {maxBytes: 64MiB}
            routes:
            """
                .formatted(TestIssuer.ISSUER, TestIssuer.AUDIENCE, keys));
    for (int i = 0; i < routes; i++) {
      yaml.append("  - {path: \"/api/service")
          .append(i)
          .append("/items/{id}\", upstream: u, require: {scopes: [\"read:appointments\"]}}\n");
    }
    Path file = Files.createTempFile("bearward", ".yaml");
    file.toFile().deleteOnExit();
    Files.writeString(file, yaml);
    return switch (new Configuration(Surroundings.ofProcess()).load(file)) {
      case Reading.Loaded loaded -> loaded.settings();
      case Reading.Rejected(var problems) -> throw new IllegalStateException(problems.toString());
    };
  }

  private static DecisionPoint.World world(TestIssuer issuer, GatewaySettings settings)
      throws JOSEException {
    var found =
        new KeySource.Found(List.of(new VerificationKey(NAME, issuer.jwk(), Long.MAX_VALUE)));
    return new DecisionPoint.World(
        (_, _) -> found,
        Crypto.CORRETTO.install(),
        settings.tokenCache(),
        UnaryOperator.identity(),
        new NothingRevoked(),
        Sharing.NONE,
        TokenListener.NONE,
        InstantSource.system(),
        System::nanoTime);
  }

  private RequestHead head() {
    return switch (CanonicalPath.parse(targets.next())) {
      case CanonicalPath.Canonical(CanonicalPath path) ->
          new RequestHead(
              "GET",
              path,
              null,
              authority,
              new OneField("authorization", fields.next()),
              peer,
              "67618e045e6a770fa6984b548b8c81d0");
      case CanonicalPath.Ambiguous(String why) -> throw new IllegalStateException(why);
    };
  }

  @Benchmark
  public RequestHead request() {
    return head();
  }

  @Benchmark
  public AccessDecision decide() {
    return access.decide(head());
  }
}
