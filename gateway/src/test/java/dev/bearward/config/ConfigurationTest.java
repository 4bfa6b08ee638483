package dev.bearward.config;

import static dev.bearward.config.Readings.BASE;
import static dev.bearward.config.Readings.lines;
import static dev.bearward.config.Readings.loaded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.access.IdentityHeader;
import dev.bearward.access.RoutePlan;
import dev.bearward.cors.CorsPolicy;
import dev.bearward.jwks.KeySetSettings;
import dev.bearward.observe.AccessLogSettings;
import dev.bearward.policy.Requirement;
import dev.bearward.policy.StepUp;
import dev.bearward.proxy.EndpointAddress;
import dev.bearward.route.Origin;
import dev.bearward.route.Route;
import dev.bearward.server.ServerSettings.FailedVerifications;
import dev.bearward.testing.TestIdentity;
import dev.bearward.tls.CertificateFiles;
import dev.bearward.tls.ServerTlsSettings;
import dev.bearward.token.BindingSettings;
import dev.bearward.token.BindingSettings.Demand;
import dev.bearward.token.ClaimCondition;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.ClaimValue;
import dev.bearward.token.IssuerSettings;
import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.SharedSecret;
import dev.bearward.token.TokenSource;
import dev.bearward.token.TokenSources;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
  private static final Path EXAMPLES = Path.of("..", "config");

  private static final TestIdentity AUTHORITY = TestIdentity.authority("authority");
  private static final TestIdentity SERVER = AUTHORITY.issueRsa("server", "api.example.com");

  private static FakeSurroundings secrets() {
    return new FakeSurroundings()
        .variable("BATCH_SECRET", "0123456789abcdef0123456789abcdef")
        .variable("INTROSPECTION_SECRET", "0123456789abcdef")
        .file("/run/secrets/admin", "abcdefghijklmnopqrstuvwxyz\n")
        .file("corporate.pem", "")
        .file("token", "")
        .file("tls.crt", SERVER.pem())
        .file("tls.key", SERVER.keyPem())
        .file("ca.crt", AUTHORITY.pem());
  }

  private static GatewaySettings example(String name) throws IOException {
    return loaded(secrets().read(Files.readString(EXAMPLES.resolve(name))));
  }

  @Test
  @DisplayName("rule 66: where clients reach the gateway is configured, in one spelling")
  void read_publicUrl_isNormalised() {
    assertThat(loaded(BASE).publicUrl()).isNull();
    assertThat(loaded("server: {publicUrl: 'https://API.example:443/v1/'}\n" + BASE).publicUrl())
        .hasToString("https://api.example/v1");
    assertThat(loaded("server: {publicUrl: 'http://localhost:8080'}\n" + BASE).publicUrl())
        .hasToString("http://localhost:8080");
  }

  @Test
  @DisplayName("an issuer says what its tokens may be bound to; the default is nothing")
  void read_binding_isTheIssuers() {
    assertThat(loaded(BASE).issuers().getFirst().binding()).isEqualTo(BindingSettings.NONE);
    String binding = "binding: {dpop: required, mtls: optional, proofAge: 5s, nonce: true}";
    String yaml =
        BASE.replace("audience: api", "audience: api, " + binding)
            + "server: {publicUrl: 'https://api.example'}\n";
    assertThat(loaded(yaml).issuers().getFirst().binding())
        .isEqualTo(
            new BindingSettings(Demand.REQUIRED, Demand.OPTIONAL, Duration.ofSeconds(5), true));
    String certificates = BASE.replace("audience: api", "audience: api, binding: {mtls: required}");
    assertThat(loaded(certificates).issuers().getFirst().binding().mtls())
        .isEqualTo(Demand.REQUIRED);
  }

  @Test
  @DisplayName("the small file of the contract is loaded, with a default for all else")
  void read_minimalExample_loads() throws IOException {
    GatewaySettings settings = example("minimal.yaml");

    IssuerSettings issuer = settings.issuers().getFirst();
    assertThat(issuer.name()).isEqualTo("tenant.eu.auth0.com");
    assertThat(issuer.issuer()).isEqualTo("https://tenant.eu.auth0.com/");
    assertThat(issuer.audiences()).containsExactly("appointments:api");
    assertThat(issuer.algorithms()).hasSize(10).doesNotContain(JwsAlgorithm.HS256);
    assertThat(issuer.secret()).isNull();
    assertThat(settings.keySets().getFirst().location()).isEqualTo(new KeySetSettings.Discovery());
    assertThat(settings.upstreams().getFirst().endpoints())
        .containsExactly(new EndpointAddress.Tcp("127.0.0.1", 7002));
    assertThat(settings.routes().stream().map(RoutePlan::route).map(Route::name))
        .containsExactly("GET,HEAD /api/appointments/**", "POST /api/appointments", "/health");
    assertThat(settings.routes().get(2).route().requirement()).isEqualTo(new Requirement.Open());
    assertThat(settings.routes().get(1).route().origin()).isEqualTo(new Origin("test.yaml", 11));
    assertThat(settings.server().listen()).containsExactly(Readings.address("0.0.0.0", 8080));
    assertThat(settings.admin().listen()).isEqualTo(Readings.address("127.0.0.1", 9901));
    assertThat(settings.accessLog().format()).isEqualTo(AccessLogSettings.Format.JSON);
    assertThat(settings.revocation().persist()).isNull();
    assertThat(settings.server().limits().failedVerifications())
        .isEqualTo(new FailedVerifications(50, Duration.ofSeconds(1)));
  }

  @Test
  @DisplayName("the full file of the contract, less what is not built, is loaded")
  void read_fullExample_loads() throws IOException {
    GatewaySettings settings = example("full.yaml");

    assertThat(settings.admin().token()).isEqualTo("abcdefghijklmnopqrstuvwxyz");
    KeySetSettings keys = settings.keySets().getFirst();
    assertThat(keys.location())
        .isEqualTo(
            new KeySetSettings.Url(
                URI.create("https://tenant.eu.auth0.com/.well-known/jwks.json")));
    assertThat(keys.refresh().persist()).isEqualTo(FakeSurroundings.FOLDER.resolve("keys.json"));
    assertThat(keys.http().ca()).isEqualTo(FakeSurroundings.FOLDER.resolve("corporate.pem"));
    assertThat(keys.http().proxy()).isEqualTo(URI.create("http://proxy:3128"));
    assertThat(settings.keySets().get(1).location()).isEqualTo(new KeySetSettings.NoKeys());
    assertThat(settings.issuers().get(1).algorithms()).containsExactly(JwsAlgorithm.HS256);
    assertThat(settings.issuers().get(1).secret())
        .extracting(SharedSecret::bytes)
        .isEqualTo("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8));
    assertThat(settings.upstreams().get(1).endpoints())
        .contains(new EndpointAddress.Tcp("10.0.0.1", 8443));
    assertThat(settings.accessLog().claims())
        .containsExactly(ClaimPath.of("sub"), ClaimPath.of("azp"));
    assertThat(settings.revocation().persist())
        .isEqualTo(FakeSurroundings.FOLDER.resolve("revoked.json"));
  }

  @Test
  @DisplayName("a budget of refused tokens is read as it is written")
  void read_failedVerifications_areTheLimit() {
    String server = "server: {limits: {failedVerifications: {perAddress: 7, per: 2s}}}\n";

    assertThat(Readings.loaded(server + Readings.BASE).server().limits().failedVerifications())
        .isEqualTo(new FailedVerifications(7, Duration.ofSeconds(2)));
  }

  @Test
  @DisplayName("conditions keep their types, nested paths and names that are URLs")
  void read_fullExample_conditions() throws IOException {
    Route route = example("full.yaml").routes().getFirst().route();

    assertThat(route.requirement())
        .isEqualTo(
            new Requirement.Token(
                Set.of("auth0"),
                Set.of("appointments:api"),
                List.of("read:appointments"),
                List.of("staff", "doctor"),
                List.of(
                    new ClaimCondition.Contains(
                        ClaimPath.of("https://foo.com/roles"), new ClaimValue.Text("editor")),
                    new ClaimCondition.Contains(
                        new ClaimPath(List.of("realm_access", "roles")),
                        new ClaimValue.Text("admin")),
                    new ClaimCondition.Equals(
                        ClaimPath.of("email_verified"), new ClaimValue.Bool(true)),
                    new ClaimCondition.In(
                        ClaimPath.of("azp"),
                        List.of(
                            new ClaimValue.Text("spa-client"),
                            new ClaimValue.Text("batch-client")))),
                new StepUp(List.of("urn:mfa"), Duration.ofMinutes(15))));
  }

  @Test
  @DisplayName("rule 161: tokens are taken from the header alone unless a route says more")
  void read_fullExample_tokenSources() throws IOException {
    List<RoutePlan> routes = example("full.yaml").routes();

    assertThat(routes.get(0).tokenFrom().all())
        .containsExactly(
            new TokenSource.Header(),
            new TokenSource.Query("access_token"),
            new TokenSource.Cookie("session"),
            new TokenSource.WebSocketProtocol("bearer"));
    assertThat(routes.get(0).origins().origins()).containsExactly("https://spa.example.com");
    assertThat(routes.get(1).tokenFrom()).isSameAs(TokenSources.HEADER);
    assertThat(routes.get(1).tokenFrom().headerOnly()).isTrue();
  }

  @Test
  @DisplayName("a route's own block replaces the default one whole")
  void read_ownBlocks_replaceDefaults() throws IOException {
    List<RoutePlan> routes = example("full.yaml").routes();

    assertThat(routes.get(0).route().maxBody()).isNull();
    assertThat(routes.get(0).identity())
        .containsExactly(
            new IdentityHeader("X-User", ClaimPath.of("sub"), IdentityHeader.Form.CSV),
            new IdentityHeader(
                "X-Roles", ClaimPath.of("https://foo.com/roles"), IdentityHeader.Form.CSV));
    assertThat(routes.get(1).route().maxBody()).isEqualTo(10L << 20);
    assertThat(routes.get(1).route().responseTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(routes.get(1).identity()).hasSize(1);
    assertThat(routes.get(2).identity()).as("a public route has no claims").isEmpty();
    assertThat(routes.get(2).cors()).isInstanceOf(CorsPolicy.Answered.class);
  }

  @Test
  @DisplayName("empty own blocks switch the defaults off")
  void read_emptyBlocks_switchOff() {
    RoutePlan plan =
        loaded(
                """
                defaults:
                  cors: {origins: ["https://spa.example"]}
                  timeouts: {response: 5s}
                  limits: {body: 1MiB}
                  identity: {X-User: sub}
                issuers: [{issuer: "https://idp.example", audience: api}]
                upstreams: {app: "http://127.0.0.1:7002"}
                routes:
                  - path: /**
                    upstream: app
                    require: {}
                    cors: {origins: []}
                    timeouts: {}
                    limits: {}
                    identity: {}
                """)
            .routes()
            .getFirst();

    assertThat(plan.cors()).isNull();
    assertThat(plan.identity()).isEmpty();
    assertThat(plan.route().responseTimeout()).isNull();
    assertThat(plan.route().maxBody()).isNull();
  }

  @Test
  @DisplayName("the demo's configuration is loaded")
  void read_demoExample_loads() throws IOException {
    GatewaySettings settings = example("appointments.yaml");

    assertThat(settings.server().listen()).containsExactly(Readings.address("127.0.0.1", 7001));
    assertThat(settings.keySets().getFirst().location()).isEqualTo(new KeySetSettings.Discovery());
  }

  @Test
  @DisplayName("a slash that leads to a weaker route is warned of, at the stricter route's path")
  void read_weakerRouteBehindSlash_warns() {
    Reading reading =
        new FakeSurroundings()
            .read(
                """
                issuers: [{issuer: "https://idp.example", audience: api}]
                upstreams: {app: "http://127.0.0.1:7002"}
                routes:
                  - {path: /admin, upstream: app, require: {scopes: [admin]}}
                  - {path: /**, upstream: app, require: {}}
                """);

    assertThat(((Reading.Loaded) reading).warnings())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .startsWith("test.yaml:4:12: routes[0].path: /admin (with another slash at its end");
  }

  @Test
  @DisplayName("plain http to an issuer beyond loopback is asked for, and warned about")
  void read_insecureHttp_warns() {
    Reading reading =
        new FakeSurroundings()
            .read(
                """
                issuers:
                  - issuer: http://idp.example
                    audience: api
                    insecureHttp: true
                upstreams: {app: "http://127.0.0.1:7002"}
                routes: [{path: /**, upstream: app, require: {}}]
                """);

    assertThat(loaded(reading).keySets().getFirst().insecureHttp()).isTrue();
    assertThat(((Reading.Loaded) reading).warnings())
        .extracting(Problem::toString)
        .containsExactly(
            "test.yaml:2:13: issuers[0].issuer: keys come over plain http: whoever sits on the way"
                + " can forge this issuer's tokens");
  }

  @Test
  @DisplayName("an issuer that is no URL is taken where nothing is fetched")
  void read_issuerThatIsNoUrl_loadsWithInlineKeys() {
    GatewaySettings settings =
        loaded(
            """
            issuers:
              - issuer: testing@secure.istio.io
                audience: api
                keys:
                  inline:
                    keys:
                      - {kty: OKP, crv: Ed25519, kid: "k\\"1", x: abc, use: sig, n: 1, b: true, z: null, o: 010}
            upstreams: {app: "http://127.0.0.1:7002"}
            routes: [{path: /**, upstream: app, require: {}}]
            """);

    assertThat(settings.issuers().getFirst().name()).isEqualTo("testing-secure.istio.io");
    assertThat(settings.keySets().getFirst().location())
        .isEqualTo(
            new KeySetSettings.Inline(
                "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"k\\\"1\",\"x\":\"abc\","
                    + "\"use\":\"sig\",\"n\":1,\"b\":true,\"z\":null,\"o\":\"010\"}]}"));
  }

  @Test
  @DisplayName("an inline key set may come as a text of JSON, from a file too")
  void read_inlineKeysAsText_loads() {
    String json = "{\n \"keys\": [{\"kty\":\"OKP\"}]}";
    GatewaySettings settings =
        loaded(
            new FakeSurroundings()
                .file("jwks.json", json + "\n")
                .read(
                    """
                    issuers:
                      - {issuer: a, audience: api, keys: {inline: "${file:jwks.json}"}}
                    upstreams: {app: "http://127.0.0.1:7002"}
                    routes: [{path: /**, upstream: app, require: {}}]
                    """));

    assertThat(settings.keySets().getFirst().location()).isEqualTo(new KeySetSettings.Inline(json));
  }

  @Test
  @DisplayName("names of issuers come from host, port and path")
  void issuerName_fromIdentifier() {
    assertThat(IssuerName.of("https://idp.example/")).isEqualTo("idp.example");
    assertThat(IssuerName.of("http://localhost:9000/")).isEqualTo("localhost:9000");
    assertThat(IssuerName.of("https://idp.example/realms/a b/"))
        .isEqualTo("idp.example-realms-a-b");
    assertThat(IssuerName.of("urn:example:x")).isEqualTo("urn:example:x");
  }

  @Test
  @DisplayName("with a secret the default algorithm is HS256; others beside it need keys")
  void read_secret_algorithms() {
    String secret = "secret: {value: " + "0123456789abcdef".repeat(2) + "}";
    String rest = BASE.substring(BASE.indexOf('\n') + 1);
    GatewaySettings only = loaded("issuers: [{issuer: a, audience: b, " + secret + "}]\n" + rest);
    GatewaySettings mixed =
        loaded(
            "issuers: [{issuer: 'https://a', audience: b, algorithms: [HS256, EdDSA], "
                + secret
                + "}]\n"
                + rest);

    assertThat(only.issuers().getFirst().algorithms()).containsExactly(JwsAlgorithm.HS256);
    assertThat(only.keySets().getFirst().location()).isEqualTo(new KeySetSettings.NoKeys());
    assertThat(mixed.issuers().getFirst().algorithms())
        .containsExactlyInAnyOrder(JwsAlgorithm.HS256, JwsAlgorithm.EDDSA);
    assertThat(mixed.keySets().getFirst().location()).isEqualTo(new KeySetSettings.Discovery());
  }

  @Test
  @DisplayName("a configuration of public routes alone needs no issuer")
  void read_publicOnly_needsNoIssuer() {
    GatewaySettings settings =
        loaded(
            """
            upstreams: {app: "http://[::1]:7002"}
            routes: [{path: /**, upstream: app, public: true, cors: passthrough}]
            """);

    assertThat(settings.issuers()).isEmpty();
    assertThat(settings.upstreams().getFirst().endpoints())
        .containsExactly(new EndpointAddress.Tcp("::1", 7002));
    assertThat(settings.routes().getFirst().cors())
        .isEqualTo(new CorsPolicy.Passthrough(List.of()));
  }

  @Test
  @DisplayName("several listeners, names in lower case, a disabled admin port, a forwarded token")
  void read_otherForms_loads() {
    GatewaySettings settings =
        loaded(
            """
            server: {listen: ["[::1]:0", "localhost:8081"]}
            admin: {listen: disabled}
            issuers: [{issuer: "http://[::1]:9000/x", audience: [a, b], scopeClaims: [scope, [x, y]]}]
            upstreams: {app: "http://my_service"}
            routes:
              - {path: /a, upstream: app, require: {claims: [{claim: n, equals: 1.5e2}]}, token: forward, hosts: [API.example]}
            """);

    assertThat(settings.server().listen())
        .containsExactly(Readings.address("::1", 0), Readings.address("127.0.0.1", 8081));
    assertThat(settings.admin().listen()).isNull();
    assertThat(settings.issuers().getFirst().name()).isEqualTo("1-:9000-x");
    assertThat(settings.issuers().getFirst().scopeClaims())
        .containsExactly(ClaimPath.of("scope"), new ClaimPath(List.of("x", "y")));
    assertThat(settings.upstreams().getFirst().endpoints())
        .containsExactly(new EndpointAddress.Tcp("my_service", 80));
    Route route = settings.routes().getFirst().route();
    assertThat(route.forwardToken()).isTrue();
    assertThat(route.hosts()).extracting(Object::toString).containsExactly("api.example");
    assertThat(((Requirement.Token) route.requirement()).claims())
        .containsExactly(
            new ClaimCondition.Equals(
                ClaimPath.of("n"), new ClaimValue.Numeric(new BigDecimal("1.5e2"))));
  }

  @Test
  @DisplayName("a file on disk is read, names in it relative to its folder")
  void load_file_relativeToItsFolder(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("secret"), "127.0.0.1:0\n");
    Path file = folder.resolve("bearward.yaml");
    Files.writeString(file, "server: {listen: \"${file:secret}\"}\n" + BASE);

    Reading reading = new Configuration(Surroundings.ofProcess()).load(file);

    assertThat(loaded(reading).server().listen()).containsExactly(Readings.address("127.0.0.1", 0));
    assertThat(loaded(reading).routes().getFirst().route().origin().file())
        .isEqualTo(file.toString());
  }

  @Test
  @DisplayName("a file that is not there or is a folder is a problem, not an exception")
  void load_noFile_rejects(@TempDir Path folder) {
    var configuration = new Configuration(Surroundings.ofProcess());

    assertThat(lines(configuration.load(folder.resolve("none.yaml"))))
        .containsExactly("the file does not exist");
    assertThat(lines(configuration.load(folder))).containsExactly("the file cannot be read");
  }

  @Test
  @DisplayName("rule 177: to trust everybody's forwarding fields is warned of")
  void read_everybodyTrusted_warns() {
    String yaml = "server: {trustedProxies: [10.0.0.0/8, 0.0.0.0/0]}\n" + Readings.BASE;
    Reading reading = new FakeSurroundings().read(yaml);
    assertThat(reading).isInstanceOf(Reading.Loaded.class);
    assertThat(((Reading.Loaded) reading).warnings())
        .singleElement()
        .extracting(Problem::path)
        .isEqualTo("server.trustedProxies[1]");
    assertThat(loaded(reading).server().trustedProxies())
        .extracting(Object::toString)
        .containsExactly("10.0.0.0/8", "0.0.0.0/0");
  }

  @Test
  @DisplayName("server.tls: files, all names of the contract")
  void read_tls_hasItsFiles() {
    ServerTlsSettings tls = tls("{certificate: tls.crt, key: tls.key}");
    assertThat(tls.certificates())
        .containsExactly(
            new CertificateFiles(
                FakeSurroundings.FOLDER.resolve("tls.crt"),
                FakeSurroundings.FOLDER.resolve("tls.key")));
    assertThat(tls.byName()).isFalse();
    assertThat(tls.clientAuth()).isEqualTo(ServerTlsSettings.ClientAuthentication.DISABLED);
    assertThat(tls("{certificates: [{certificate: tls.crt, key: tls.key}]}").byName()).isTrue();
  }

  private static ServerTlsSettings tls(String yaml) {
    Reading reading = secrets().read("server: {tls: " + yaml + "}\n" + Readings.BASE);
    return Objects.requireNonNull(loaded(reading).tls());
  }

  @Test
  @DisplayName("keys: PKCS#8 and the older forms of RSA and EC are read")
  void read_olderKeyForms_load() {
    TestIdentity ec = AUTHORITY.issue("ec");
    for (FakeSurroundings files :
        List.of(
            secrets().file("tls.key", SERVER.rsaKeyPem()),
            secrets().file("tls.crt", ec.pem()).file("tls.key", ec.ecKeyPem()),
            secrets().file("tls.crt", ec.pem()).file("tls.key", "text\n" + ec.keyPem()))) {
      loaded(files.read("server: {tls: {certificate: tls.crt, key: tls.key}}\n" + Readings.BASE));
    }
  }

  @Test
  @DisplayName("a certificate or key that cannot serve is told by file and key")
  void read_brokenTlsFiles_areNamed() {
    String key = SERVER.keyPem();
    Map<FakeSurroundings, String> cases =
        Map.of(
            secrets().file("tls.key", AUTHORITY.issueRsa("other").keyPem()),
            "server.tls.key: /etc/bearward/tls.key: not the key of /etc/bearward/tls.crt",
            secrets().file("tls.key", AUTHORITY.keyPem()),
            "server.tls.key: /etc/bearward/tls.key: not a key for the certificate",
            secrets().file("tls.key", key.replace("PRIVATE", "ENCRYPTED PRIVATE")),
            "server.tls.key: /etc/bearward/tls.key: encrypted, or of a form that is not read",
            secrets().file("tls.key", SERVER.pem()),
            "server.tls.key: /etc/bearward/tls.key: holds 0 private keys (expected: one",
            secrets().file("tls.key", key + key),
            "server.tls.key: /etc/bearward/tls.key: holds 2 private keys",
            secrets().file("tls.crt", key),
            "server.tls.certificate: /etc/bearward/tls.crt: holds 0 certificates",
            secrets().file("tls.crt", TestIdentity.pem("CERTIFICATE", new byte[] {0x30, 0})),
            "server.tls.certificate: /etc/bearward/tls.crt: a certificate that cannot be read");
    String yaml = "server: {tls: {certificate: tls.crt, key: tls.key}}\n" + Readings.BASE;
    cases.forEach((files, expected) -> {
      List<String> lines = Readings.lines(files.read(yaml));
      assertThat(lines).hasSize(1);
      assertThat(lines.getFirst()).contains(expected).doesNotContain("MII");
    });
  }

  @Test
  @DisplayName("an expired certificate is a warning")
  void read_expiredCertificate_warns() {
    TestIdentity old = AUTHORITY.issueExpired("old");
    Reading reading =
        secrets()
            .file("tls.crt", old.pem())
            .file("tls.key", old.keyPem())
            .read("server: {tls: {certificate: tls.crt, key: tls.key}}\n" + Readings.BASE);
    assertThat(((Reading.Loaded) reading).warnings())
        .singleElement()
        .asString()
        .contains("server.tls.certificate: expired at 2");
  }
}
