package dev.bearward.admin;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.bearward.testing.Conversation;
import dev.bearward.testing.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class AdminServerTest {
  private static final String TOKEN = "s3cret-of-the-operator";
  private static final InetAddress ANY = new InetSocketAddress(0).getAddress();
  private static final InstantSource CLOCK =
      InstantSource.fixed(FakeGateway.FETCHED.plusSeconds(90));

  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofMinutes(1);

  private final FakeGateway gateway = new FakeGateway();
  private final List<AutoCloseable> open = new ArrayList<>();

  /** A response as text. */
  private record Response(int status, String head, String body) {
    Map<String, Object> json() {
      try {
        return JSONObjectUtils.parse(body);
      } catch (ParseException e) {
        throw new AssertionError(body, e);
      }
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
  }

  private InetSocketAddress start(InetAddress address, @Nullable String token) throws IOException {
    var settings = new AdminSettings(new InetSocketAddress(address, 0), token);
    var server = new AdminServer(settings, gateway, CLOCK);
    open.add(server);
    return requireNonNull(server.start());
  }

  private InetSocketAddress start(@Nullable String token) throws IOException {
    return start(InetAddress.getLoopbackAddress(), token);
  }

  private InetSocketAddress startPatient(Patience patience) throws IOException {
    var settings =
        new AdminSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), TOKEN);
    var server = new AdminServer(settings, gateway, CLOCK, patience);
    open.add(server);
    return requireNonNull(server.start());
  }

  private static Patience patience(Duration request, Duration answer, Duration write) {
    return new Patience(request, answer, write);
  }

  private Conversation connect(InetSocketAddress address) throws IOException {
    var conversation =
        new Conversation(new Socket(InetAddress.getLoopbackAddress(), address.getPort()));
    open.add(conversation);
    return conversation;
  }

  private Response send(InetSocketAddress address, String request) throws IOException {
    Conversation conversation = connect(address);
    conversation.send(request.replace("\n", "\r\n"));
    return read(conversation);
  }

  private static Response read(Conversation conversation) throws IOException {
    String head = conversation.readHead();
    if (head == null) {
      return new Response(0, "", "");
    }
    int status = Integer.parseInt(head.substring(9, 12));
    int at = head.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ") + 16;
    int length = Integer.parseInt(head.substring(at, head.indexOf('\r', at)));
    return new Response(status, head, conversation.readText(length));
  }

  private Response get(InetSocketAddress address, String path) throws IOException {
    return send(address, "GET " + path + " HTTP/1.1\nHost: localhost\n\n");
  }

  private Response post(InetSocketAddress address, String path, String... fields)
      throws IOException {
    String extra = fields.length == 0 ? "" : String.join("\n", fields) + "\n";
    return send(
        address,
        "POST " + path + " HTTP/1.1\nHost: localhost\n" + extra + "Content-Length: 2\n\n{}");
  }

  private static final String AUTHORIZED = "Authorization: Bearer " + TOKEN;
  private static final String JSON = "Content-Type: application/json";

  @Test
  void live_aliveAndNot_is200And503() throws IOException {
    var address = start(null);

    assertThat(get(address, "/health/live"))
        .returns(200, Response::status)
        .returns(Map.of("live", true), Response::json);
    gateway.live = false;
    assertThat(get(address, "/health/live"))
        .returns(503, Response::status)
        .returns(Map.of("live", false), Response::json);
  }

  @Test
  void theView_isAskedOnTheAdminPortsOwnThread() throws IOException {
    assertThat(get(start(null), "/health/live").status()).isEqualTo(200);

    assertThat(gateway.askedOn).startsWith("bearward-admin");
  }

  @Test
  void ready_withSomethingMissing_is503AndSaysWhat() throws IOException {
    var address = start(null);
    gateway.missing = List.of("issuer auth0: not tried yet");

    assertThat(get(address, "/health/ready"))
        .returns(503, Response::status)
        .returns(
            Map.of("ready", false, "missing", List.of("issuer auth0: not tried yet")),
            Response::json);
    gateway.missing = List.of();
    assertThat(get(address, "/health/ready"))
        .returns(200, Response::status)
        .returns(Map.of("ready", true, "missing", List.of()), Response::json);
  }

  @Test
  void metrics_isTheExpositionInTheTypeOfTheView() throws IOException {
    var address = start(null);

    Response response = send(address, "GET /metrics HTTP/1.1\nHost: localhost\nAccept: text/x\n\n");

    assertThat(response.body()).isEqualTo("# TYPE up gauge\nup 1\n");
    assertThat(response.head())
        .containsIgnoringCase("content-type: text/plain; version=0.0.4; charset=utf-8\r\n");
    assertThat(gateway.accept).isEqualTo("text/x");
  }

  @Test
  void issuers_showsKeysAgeAndError() throws IOException, ParseException {
    var address = start(null);

    assertThat(get(address, "/issuers").body())
        .isEqualTo(
            """
            {"issuers":[{"name":"login.test/eu","issuer":"https://login.test/eu/",\
            "keyIds":["k1","k\\"2"],"generation":3,"fetchedAt":"2026-11-22T03:00:00Z",\
            "ageSeconds":90,"nextRefresh":"2026-11-22T03:10:00Z","lastError":null},\
            {"name":"down","issuer":"https://down.test/","keyIds":[],"generation":0,\
            "fetchedAt":null,"ageSeconds":null,"nextRefresh":null,\
            "lastError":"connect: refused",\
            "introspection":{"lastAnswer":"2026-11-22T03:00:00Z","lastError":"status 401",\
            "waiting":7}}]}
            """);
  }

  @Test
  void routes_showsDemandsAndOrigin() throws IOException {
    var address = start(null);

    assertThat(get(address, "/routes").body())
        .isEqualTo(
            """
            {"routes":[{"name":"read","hosts":["a.test"],"path":"/a/{id}","methods":["GET"],\
            "upstream":"up","public":false,"require":{"issuers":["auth0"],"audiences":["api"],\
            "scopes":["read:a"],"anyScope":["x","y"],"claims":["a=b"],"authentication":["acr m"]},\
            "origin":"bearward.yaml:7"},\
            {"name":"health","hosts":[],"path":"/health","methods":[],"upstream":"up",\
            "public":true,"origin":"bearward.yaml:9"}]}
            """);
  }

  @Test
  void upstreams_showsHowEndpointsStand() throws IOException {
    var address = start(null);

    assertThat(get(address, "/upstreams").body())
        .isEqualTo(
            """
            {"upstreams":[{"name":"app","endpoints":[\
            {"endpoint":"10.0.0.1:80","configured":"app.test:80","state":"healthy",\
            "ejectedUntil":null,"connections":3,"active":1,"waiting":0,"lastError":null},\
            {"endpoint":"10.0.0.2:80","configured":"app.test:80","state":"ejected",\
            "ejectedUntil":"2026-11-22T03:00:00Z","connections":0,"active":0,"waiting":2,\
            "lastError":"refused"}]}]}
            """);
  }

  @Test
  void head_hasTheHeaderOfGetAndNoBody() throws IOException {
    var address = start(null);
    Conversation conversation = connect(address);

    conversation.send(
        "HEAD /routes HTTP/1.1\r\nHost: localhost\r\n\r\n"
            .concat("GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    String head = conversation.readHead();

    assertThat(head).startsWith("HTTP/1.1 200").doesNotContain("content-length: 0\r\n");
    assertThat(conversation.readToEnd()).startsWith("HTTP/1.1 200").endsWith("{\"live\":true}\n");
  }

  @Test
  void connection_isKeptForTheNextRequest() throws IOException {
    Conversation conversation = connect(start(null));
    for (int i = 0; i < 3; i++) {
      conversation.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");

      assertThat(read(conversation).status()).isEqualTo(200);
    }
  }

  @Test
  void everyAnswer_isNeitherStoredNorSniffed() throws IOException {
    var address = start(null);

    for (String path : List.of("/health/live", "/metrics", "/issuers", "/nothing")) {
      assertThat(get(address, path).head())
          .containsIgnoringCase("cache-control: no-store\r\n")
          .containsIgnoringCase("x-content-type-options: nosniff\r\n")
          .containsPattern("(?i)date: \\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/nothing",
        "/health",
        "/health/live/",
        "/issuers/",
        "/issuers//refresh",
        "/issuers/a/b/refresh",
        "/issuers/%zz/refresh",
        "/../metrics"
      })
  void anUnknownPath_is404AsAProblem(String path) throws IOException {
    Response response = get(start(null), path);

    assertThat(response.status()).isEqualTo(404);
    assertThat(response.head()).containsIgnoringCase("content-type: application/problem+json\r\n");
    assertThat(response.json())
        .containsEntry("type", "about:blank")
        .containsEntry("title", "Not Found")
        .containsEntry("status", 404L)
        .containsKey("detail");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /health/live, 'GET, HEAD'",
    "DELETE, /metrics, 'GET, HEAD'",
    "OPTIONS, /issuers, 'GET, HEAD'",
    "get, /routes, 'GET, HEAD'",
    "GET, /issuers/down/refresh, POST"
  })
  void anotherMethod_is405WithAllow(String method, String path, String allow) throws IOException {
    Response response = send(start(null), method + " " + path + " HTTP/1.1\nHost: localhost\n\n");

    assertThat(response.status()).isEqualTo(405);
    assertThat(response.head()).containsIgnoringCase("allow: " + allow + "\r\n");
  }

  @Test
  void aQuery_changesNothing() throws IOException {
    assertThat(get(start(null), "/health/live?x=1").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer wrong",
        "Authorization: Bearer s3cret-of-the-operato",
        "Authorization: Basic " + TOKEN,
        "Authorization: " + TOKEN,
        "Authorization: Bearer",
        AUTHORIZED + "\n" + AUTHORIZED,
        "X-Nothing: 1"
      })
  @DisplayName("rule 183: what shows configuration or changes anything wants the token")
  void withAToken_viewsWantExactlyThatOne(String field) throws IOException {
    var address = start(TOKEN);

    for (String path : List.of("/issuers", "/routes", "/upstreams")) {
      Response response =
          send(address, "GET " + path + " HTTP/1.1\nHost: localhost\n" + field + "\n\n");

      assertThat(response.status()).isEqualTo(401);
      assertThat(response.head()).containsIgnoringCase("www-authenticate: Bearer realm=");
      assertThat(response.body()).doesNotContain("auth0");
    }
    assertThat(post(address, "/issuers/down/refresh", JSON, field).status()).isEqualTo(401);
    assertThat(gateway.refreshed).isEmpty();
  }

  @Test
  void withAToken_viewsAnswerToIt() throws IOException {
    var address = start(TOKEN);

    for (String field : List.of(AUTHORIZED, "authorization: bearer " + TOKEN)) {
      assertThat(send(address, "GET /routes HTTP/1.1\nHost: localhost\n" + field + "\n\n").status())
          .isEqualTo(200);
    }
  }

  @Test
  void withAToken_healthAndMetricsStayOpen() throws IOException {
    var address = start(TOKEN);

    for (String path : List.of("/health/live", "/health/ready", "/metrics")) {
      assertThat(get(address, path).status()).isEqualTo(200);
    }
  }

  @Test
  void refresh_withTokenAndJson_fetchesAndShowsTheIssuer() throws IOException {
    Response response = post(start(TOKEN), "/issuers/login.test%2Feu/refresh", AUTHORIZED, JSON);

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.json())
        .containsEntry("name", "login.test/eu")
        .containsEntry("generation", 3L);
    assertThat(gateway.refreshed).containsExactly("login.test/eu");
  }

  @Test
  void refresh_thatFails_is502WithTheReason() throws IOException {
    Response response =
        post(start(TOKEN), "/issuers/down/refresh", AUTHORIZED, JSON + "; charset=utf-8");

    assertThat(response.status()).isEqualTo(502);
    assertThat(response.json()).containsEntry("lastError", "connect: refused");
  }

  @Test
  void refresh_ofAnUnknownIssuer_is404() throws IOException {
    assertThat(post(start(TOKEN), "/issuers/a+b/refresh", AUTHORIZED, JSON).status())
        .isEqualTo(404);
    assertThat(gateway.refreshed).containsExactly("a+b");
  }

  @Test
  void refresh_whenTheViewFails_is500WithoutDetails() throws IOException {
    Response response = post(start(TOKEN), "/issuers/broken/refresh", AUTHORIZED, JSON);

    assertThat(response.status()).isEqualTo(500);
    assertThat(response.body()).doesNotContain("broken view");
  }

  @Test
  @DisplayName("rule 183: without a configured token nothing can be changed, loopback or not")
  void refresh_withoutConfiguredToken_is403AndNamesTheOption() throws IOException {
    Response response = post(start(null), "/issuers/down/refresh", AUTHORIZED, JSON);

    assertThat(response.status()).isEqualTo(403);
    assertThat(response.body()).contains("admin.token");
    assertThat(gateway.refreshed).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Origin: http://evil.test, 403",
    "Origin: null, 403",
    "Sec-Fetch-Site: cross-site, 403",
    "Sec-Fetch-Site: same-origin, 403"
  })
  @DisplayName("rule 183: a web page changes nothing (CSRF), even if it had the token")
  void refresh_fromAWebPage_isRefused(String field, int status) throws IOException {
    var address = start(TOKEN);

    assertThat(post(address, "/issuers/down/refresh", AUTHORIZED, JSON, field).status())
        .isEqualTo(status);
    assertThat(gateway.refreshed).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Nothing: 1",
        "Content-Type: text/plain",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Type: application/jsonp"
      })
  @DisplayName("rule 183: a change is JSON, which no form can send")
  void refresh_ofAnotherContentType_is415(String field) throws IOException {
    assertThat(post(start(TOKEN), "/issuers/down/refresh", AUTHORIZED, field).status())
        .isEqualTo(415);
    assertThat(gateway.refreshed).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.test",
        "evil.test:9901",
        "localhost.evil.test",
        "127.0.0.1.evil.test",
        "10.0.0.1",
        "[::2]",
        "[::1]evil.test",
        "0.0.0.0",
        ""
      })
  @DisplayName("rule 183: on loopback only loopback's names are answered (DNS rebinding)")
  void onLoopback_aForeignHost_is421(String host) throws IOException {
    var address = start(null);

    for (String path : List.of("/routes", "/metrics", "/health/live")) {
      assertThat(send(address, "GET " + path + " HTTP/1.1\nHost: " + host + "\n\n").status())
          .isEqualTo(421);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:9901",
        "localhost.",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.8.9.10",
        "[::1]",
        "[::1]:9901"
      })
  void onLoopback_itsOwnNames_areAnswered(String host) throws IOException {
    assertThat(send(start(null), "GET /routes HTTP/1.1\nHost: " + host + "\n\n").status())
        .isEqualTo(200);
  }

  @Test
  void beyondLoopback_anyHostIsAnsweredAndViewsWantTheToken() throws IOException {
    var address = start(ANY, TOKEN);

    assertThat(send(address, "GET /health/live HTTP/1.1\nHost: pod-7.test\n\n").status())
        .isEqualTo(200);
    assertThat(send(address, "GET /routes HTTP/1.1\nHost: pod-7.test\n\n").status()).isEqualTo(401);
  }

  @Test
  @DisplayName("rule 183: the port does not open beyond loopback without a token")
  void start_beyondLoopbackWithoutToken_isRefused() {
    assertThatThrownBy(() -> start(ANY, null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("admin.token: missing (expected: a token");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /routes HTTP/1.1\n\n",
        "GET /routes HTTP/1.1\nHost: localhost\nHost: localhost\n\n",
        "GET http://localhost/routes HTTP/1.1\nHost: localhost\n\n",
        "GET * HTTP/1.1\nHost: localhost\n\n",
        "GET /routes HTTP/1.1\nHost : localhost\n\n",
        "GET /routes\u0001 HTTP/1.1\nHost: localhost\n\n"
      })
  void aMalformedRequest_is400(String request) throws IOException {
    assertThat(send(start(null), request).status()).isEqualTo(400);
  }

  @Test
  void http10WithoutHost_isAnsweredAndClosed() throws IOException {
    Conversation conversation = connect(start(null));

    conversation.send("GET /health/live HTTP/1.0\r\n\r\n");

    assertThat(read(conversation).status()).isEqualTo(200);
    assertThat(conversation.readToEnd()).isEmpty();
  }

  @Test
  void aLongRequestLine_is414() throws IOException {
    assertThat(get(start(null), "/" + "x".repeat(5_000)).status()).isEqualTo(414);
  }

  @Test
  void aLargeHeader_is431() throws IOException {
    var request = new StringBuilder("GET /routes HTTP/1.1\nHost: localhost\n");
    for (int i = 0; i < 40; i++) {
      request.append("X-Fill-").append(i).append(": ").append("x".repeat(500)).append('\n');
    }

    assertThat(send(start(null), request.append('\n').toString()).status()).isEqualTo(431);
  }

  @Test
  void aLargeBody_is413AndClosed() throws IOException {
    Conversation conversation = connect(start(TOKEN));

    conversation.send(
        "POST /issuers/down/refresh HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n"
            + "x".repeat(4_500));

    assertThat(read(conversation).status()).isEqualTo(413);
    assertThat(conversation.readToEnd()).isEmpty();
  }

  @Test
  void whatComesWhileAnAnswerIsPending_endsTheConnectionAfterIt() throws IOException {
    var pending = new CompletableFuture<GatewayView.Refresh>();
    gateway.slow = pending;
    var address = start(TOKEN);
    Conversation conversation = connect(address);
    conversation.send(
        "POST /issuers/down/refresh HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
            + (AUTHORIZED + "\r\n" + JSON + "\r\n\r\n")
            + "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(get(address, "/health/live").status()).isEqualTo(200);

    pending.complete(new GatewayView.Tried(FakeGateway.GOOD));

    assertThat(read(conversation).status()).isEqualTo(200);
    assertThat(conversation.readToEnd()).isEmpty();
  }

  @Test
  @DisplayName("regression: who holds connections and says nothing shuts nobody out")
  void connectionsOverTheLimit_theLongestWaitingMakesRoom() throws IOException {
    var address = start(null);
    var held = new ArrayList<Conversation>();
    for (int i = 0; i < AdminServer.MAX_CONNECTIONS; i++) {
      Conversation conversation = connect(address);
      conversation.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(read(conversation).status()).isEqualTo(200);
      held.add(conversation);
    }

    for (int i = 0; i < AdminServer.MAX_CONNECTIONS; i++) {
      connect(address); // silent ones
    }
    assertThat(answers(address)).isTrue();
    assertThat(held.getFirst().readToEnd()).isEmpty();
    assertThat(held.getLast().readToEnd()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET /health/live HTTP/1.1\r\nHost: loc",
        "POST /issuers/down/refresh HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{",
      })
  void aRequestThatIsNotCompleteInTime_isHungUpOn(String part) throws IOException {
    Conversation conversation = connect(startPatient(patience(SHORT, LONG, LONG)));

    conversation.send(part);

    assertThat(conversation.readToEnd()).isEmpty();
  }

  @Test
  void anAnswerThatTakesTooLong_is504AndItsLateComingHarmsNobody() throws IOException {
    var pending = new CompletableFuture<GatewayView.Refresh>();
    gateway.slow = pending;
    Conversation conversation = connect(startPatient(patience(LONG, SHORT, LONG)));
    conversation.send(
        "POST /issuers/down/refresh HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
            + (AUTHORIZED + "\r\n" + JSON + "\r\n\r\n"));

    assertThat(read(conversation).status()).isEqualTo(504);

    pending.complete(new GatewayView.Tried(FakeGateway.GOOD));
    conversation.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(read(conversation).body()).isEqualTo("{\"live\":true}\n");
  }

  @Test
  void aClientThatDoesNotRead_isHungUpOn() throws IOException {
    gateway.exposition = "x".repeat(16 * 1024 * 1024);
    var address = startPatient(patience(LONG, LONG, SHORT));
    Conversation conversation = connect(address);

    conversation.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    Eventually.await("the connection is given up", () -> gaveUp(conversation));

    assertThat(get(address, "/health/live").status()).isEqualTo(200);
  }

  /** Writing to a connection that the other side has closed fails sooner or later. */
  private static boolean gaveUp(Conversation conversation) {
    try {
      conversation.send(" ");
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private boolean answers(InetSocketAddress address) {
    try {
      return get(address, "/health/live").status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void start_onATakenPort_namesAddressAndOption() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var settings =
          new AdminSettings(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort()), null);
      try (var server = new AdminServer(settings, gateway, CLOCK)) {
        assertThatThrownBy(server::start)
            .isInstanceOf(IOException.class)
            .hasMessageContainingAll("admin.listen", "localhost:" + taken.getLocalPort());
      }
    }
  }

  @Test
  void start_disabled_bindsNothing() throws IOException {
    try (var server = new AdminServer(new AdminSettings(null, null), gateway, CLOCK)) {
      assertThat(server.start()).isNull();
    }
  }

  @Test
  void close_freesThePort() throws IOException {
    var server =
        new AdminServer(
            new AdminSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null),
            gateway,
            CLOCK);
    InetSocketAddress bound = requireNonNull(server.start());

    server.close();

    Eventually.await("the port is free", () -> free(bound.getPort()));
  }

  private static boolean free(int port) {
    try (var again = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return again.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
