package dev.bearward.app;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.token.JwsAlgorithm;
import java.io.IOException;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** An issuer whose key set goes through everything that can happen to one. */
final class ChaosIssuer {
  private static final int OVERSIZE = 600_000;

  private final ScriptedServer server;
  private final String name;
  private final TestIssuer tokens;

  ChaosIssuer(ScriptedServer server, String name) {
    this.server = server;
    this.name = name;
    this.tokens = new TestIssuer(name, "https://" + name + ".example/", InstantSource.system());
  }

  static TestKey key(String keyId) {
    return TestKey.generate(JwsAlgorithm.ES256, keyId);
  }

  /** Its entry in the configuration. */
  String yaml(String refresh) {
    return "{name: %s, issuer: \"%s\", audience: \"appointments:api\", keys: {url: \"%s\"}, refresh: %s}"
        .formatted(name, tokens.issuer(), server.uri(path()), refresh);
  }

  private String path() {
    return "/" + name;
  }

  /** A good token by that key, unlike all others. */
  String token(TestKey key) {
    return tokens.token(key).claim("jti", java.util.UUID.randomUUID().toString()).sign();
  }

  /** Fetches so far. */
  int fetches() {
    return server.hits(path());
  }

  /** Publishes exactly those keys from now on. */
  void publish(TestKey... keys) {
    server.on(path(), ScriptedServer.json(set(List.of(), keys)));
  }

  /** Publishes those keys among an unusable one of each kind. */
  void publishAmongBroken(TestKey encryption, TestKey... keys) {
    String enc = encryption.publicJwk().toJSONString().replace("\"sig\"", "\"enc\"");
    String offCurve =
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"broken\",\"x\":\"AA\",\"y\":\"AA\"}";
    String secret = "{\"kty\":\"oct\",\"kid\":\"secret\",\"k\":\"" + "A".repeat(43) + "\"}";
    List<String> unusable = List.of(offCurve, "7", "{\"kty\":\"XX\"}", secret, enc);
    server.on(path(), ScriptedServer.json(set(unusable, keys)));
  }

  private static String set(List<String> before, TestKey... keys) {
    List<String> members = new ArrayList<>(before);
    Arrays.stream(keys).map(key -> key.publicJwk().toJSONString()).forEach(members::add);
    return "{\"keys\":[" + String.join(",", members) + "]}";
  }

  /** Answers no request until the latch opens, and then with those keys. */
  void silentUntil(CountDownLatch latch, TestKey... keys) {
    server.on(path(), server.after(latch, ScriptedServer.json(set(List.of(), keys))));
  }

  /** Ways to be out of order, each with what the gateway says about it. */
  Map<String, Runnable> faults() {
    String loop = path() + "/loop";
    server.on(loop, ScriptedServer.redirect(302, loop));
    var faults = new LinkedHashMap<String, Runnable>();
    fault(faults, "status 500", ScriptedServer.answer(500, "application/json", "{}"));
    fault(faults, "no JWK set", ScriptedServer.json("<html>maintenance</html>"));
    fault(faults, "longer body", ScriptedServer.json("{\"keys\":[]}" + " ".repeat(OVERSIZE)));
    fault(faults, "one more redirect", ScriptedServer.redirect(302, loop));
    fault(faults, "content type", ScriptedServer.answer(200, "text/html", set(List.of())));
    fault(
        faults,
        "no complete answer",
        server.after(new CountDownLatch(1), ScriptedServer.json(set(List.of()))));
    return faults;
  }

  private void fault(Map<String, Runnable> faults, String word, ScriptedServer.Script script) {
    faults.put(word, () -> server.on(path(), script));
  }

  /**
   * How the admin port shows it.
   *
   * @param generation counts key sets taken into use
   */
  record Shown(
      List<String> keyIds,
      long generation,
      @Nullable Instant fetchedAt,
      @Nullable Long ageSeconds,
      @Nullable Instant nextRefresh,
      @Nullable String lastError) {}

  Shown shown(RunningGateway gateway) {
    try {
      var body = JSONObjectUtils.parse(gateway.admin("GET", "/issuers").body());
      Map<String, Object> issuer =
          Arrays.stream(Objects.requireNonNull(JSONObjectUtils.getJSONObjectArray(body, "issuers")))
              .filter(each -> name.equals(each.get("name")))
              .findFirst()
              .orElseThrow();
      Object age = issuer.get("ageSeconds");
      return new Shown(
          Objects.requireNonNull(JSONObjectUtils.getStringList(issuer, "keyIds")),
          JSONObjectUtils.getLong(issuer, "generation"),
          instant(issuer.get("fetchedAt")),
          age == null ? null : ((Number) age).longValue(),
          instant(issuer.get("nextRefresh")),
          (String) issuer.get("lastError"));
    } catch (IOException | InterruptedException | ParseException e) {
      throw new AssertionError(e);
    }
  }

  private static @Nullable Instant instant(@Nullable Object text) {
    return text == null ? null : Instant.parse((String) text);
  }
}
