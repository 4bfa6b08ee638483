package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.TestKey;
import dev.bearward.testing.TestToken;
import dev.bearward.token.IssuerSettings;
import dev.bearward.token.JwsAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tokens and key sets of the shapes that identity providers make, through one gateway whose issuers
 * are the very lines of docs/identity-providers.md; only where keys are is another place.
 */
class IdentityProvidersTest {
  private static final Path PAGE = Path.of("../docs/identity-providers.md");
  private static final Pattern BLOCK =
      Pattern.compile("(?m)^## (.+)$|```yaml\nissuers:\n([^`]+)```");
  private static final Pattern ELSEWHERE = Pattern.compile("(?m)^    (keys|http): .*\n");
  private static final TestKey RSA = TestKey.generate(JwsAlgorithm.RS256, "rsa");
  private static final TestKey EC = TestKey.generate(JwsAlgorithm.ES256, "ec");
  private static final List<ProviderTokens> PROVIDERS = ProviderTokens.all();

  private static ScriptedServer keys;
  private static RawUpstream upstream;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws IOException {
    keys = ScriptedServer.start();
    upstream = RawUpstream.answering(Story.OK);
    StringBuilder issuers = new StringBuilder("issuers:\n");
    StringBuilder routes = new StringBuilder("routes:\n");
    Map<String, String> blocks = blocks();
    for (ProviderTokens provider : PROVIDERS) {
      String path = "/" + provider.slug();
      keys.on(path, ScriptedServer.answer(200, "application/jwk-set+json", jwks(provider)));
      issuers
          .append(ELSEWHERE.matcher(blocks.get(provider.provider())).replaceAll(""))
          .append("    name: ")
          .append(provider.slug())
          .append('\n')
          .append("    keys: {url: \"")
          .append(keys.uri(path))
          .append("\"}\n");

      routes
          .append("  - {path: ")
          .append(path)
          .append(", upstream: app, require: ")
          .append(provider.require())
          .append("}\n");
    }
    gateway =
        new RunningGateway(
            """
            server:
              listen: 127.0.0.1:0
              limits: {failedVerifications: {perAddress: 100000, per: 1s}}
            admin: {listen: "127.0.0.1:0"}
            upstreams: {app: "http://127.0.0.1:%d"}
            """
                    .formatted(upstream.port())
                + issuers
                + routes);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstream.close();
    keys.close();
  }

  /** The issuers of the page by their heading, numbered where a heading has several. */
  private static Map<String, String> blocks() throws IOException {
    Map<String, String> blocks = new LinkedHashMap<>();
    String heading = "";
    var found = BLOCK.matcher(Files.readString(PAGE));
    while (found.find()) {
      if (found.group(1) != null) {
        heading = found.group(1);
      } else if (blocks.putIfAbsent(heading, found.group(2)) != null) {
        blocks.put(heading + " " + (count(blocks, heading) + 1), found.group(2));
      }
    }
    return blocks;
  }

  private static long count(Map<String, String> blocks, String heading) {
    return blocks.keySet().stream().filter(name -> name.startsWith(heading)).count();
  }

  private static TestKey key(ProviderTokens provider) {
    return "ES256".equals(provider.header().get("alg")) ? EC : RSA;
  }

  /** A key set with what providers put in beside the key: certificates, dates, names of clouds. */
  private static String jwks(ProviderTokens provider) {
    Map<String, Object> jwk = new LinkedHashMap<>(key(provider).publicJwk().toJSONObject());
    jwk.put("kid", "K");
    jwk.put("x5t", "K");
    jwk.put("x5c", List.of("MIIC/jCCAeagAwIBAgIJAKrWxPnE9d7iMA0GCSqGSIb3DQEBCwUAMC0x"));
    jwk.put("cloud_instance_name", "microsoftonline.com");
    jwk.put("nbf", 1493763266);
    if (provider.bareKeys()) {
      jwk.remove("alg");
      jwk.remove("use");
    }
    Map<String, Object> encryption = new LinkedHashMap<>(RSA.publicJwk().toJSONObject());
    encryption.put("kid", "enc");
    encryption.put("use", "enc");
    encryption.put("alg", "RSA-OAEP");
    return JSONObjectUtils.toJSONString(Map.of("keys", List.of(encryption, jwk)));
  }

  private static String token(ProviderTokens provider, Map<String, Object> changes) {
    Map<String, Object> claims = provider.claims(changes);
    long now = Instant.now().getEpochSecond();
    claims.put("iat", now);
    claims.put("nbf", now);
    claims.put("exp", now + 3600);
    return TestToken.compact(
        JSONObjectUtils.toJSONString(provider.header()),
        JSONObjectUtils.toJSONString(claims),
        key(provider));
  }

  @Test
  @DisplayName("every provider of the page has tokens here, and the other way round")
  void page_providers_areAllTested() throws IOException {
    assertThat(PROVIDERS.stream().map(ProviderTokens::provider))
        .containsExactlyInAnyOrderElementsOf(blocks().keySet());
    assertThat(PROVIDERS).allSatisfy(provider -> assertThat(provider.variants()).isNotEmpty());
  }

  @Test
  @DisplayName("the lines of the page are enough as they stand, long tenants' names included")
  void page_blocks_loadTogether() throws IOException {
    String issuers = "issuers:\n" + String.join("", blocks().values());
    // The files of a pod are not here.
    String withoutFiles = issuers.replaceAll("(?m)^    http: .*\n", "");
    String rest =
        "upstreams: {app: \"http://127.0.0.1:1\"}\n"
            + "routes: [{path: /**, upstream: app, require: {}}]\n";

    assertThat(RunningGateway.settings(withoutFiles + rest).issuers())
        .hasSameSizeAs(PROVIDERS)
        .extracting(IssuerSettings::name)
        .doesNotHaveDuplicates()
        .contains("login.microsoftonline.com-11111111-2222-3333-4444-555555555555-v2.0");
  }

  static List<ProviderTokens> providers() {
    return PROVIDERS;
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("rules 19, 20, 25, 50: the provider's access token is let in")
  void token_asTheProviderMakesIt_isAccepted(ProviderTokens provider) throws Exception {
    var response = gateway.get("/" + provider.slug(), token(provider, Map.of()));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  static Stream<Arguments> variants() {
    return PROVIDERS.stream()
        .flatMap(provider ->
            provider.variants().stream()
                .map(bad -> argumentSet(provider + ": " + bad.reason(), provider, bad)));
  }

  @ParameterizedTest
  @MethodSource("variants")
  @DisplayName("rules 19, 26, 49, 179: its ID tokens and tokens for others are not")
  void token_thatIsNotForUs_isRefused(ProviderTokens provider, ProviderTokens.Variant variant)
      throws Exception {
    var response = gateway.get("/" + provider.slug(), token(provider, variant.changes()));

    assertThat(response.body()).contains("\"reason\":\"" + variant.reason() + "\"");
    assertThat(response.statusCode()).isBetween(401, 403);
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("rule 44: a token of one provider's name by another's key is not")
  void token_byAKeyOfAnother_isRefused(ProviderTokens provider) throws Exception {
    Map<String, Object> claims = provider.claims(Map.of());
    claims.put("exp", Instant.now().getEpochSecond() + 60);
    TestKey other = TestKey.generate(key(provider).algorithm(), "K");
    String forged =
        TestToken.compact(
            JSONObjectUtils.toJSONString(provider.header()),
            JSONObjectUtils.toJSONString(claims),
            other);

    assertThat(gateway.get("/" + provider.slug(), forged).body()).contains("bad_signature");
  }
}
