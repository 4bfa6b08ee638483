package dev.bearward.demo.authorization;

import dev.bearward.demo.web.Handler;
import dev.bearward.demo.web.Parameters;
import dev.bearward.demo.web.Request;
import dev.bearward.demo.web.Response;
import dev.bearward.demo.web.WebServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.regex.Pattern;

/**
 * The development authorization server: metadata, keys, the implicit grant with its sign-in page,
 * and the development endpoints. Unknown scopes are left out; {@code scope} in the answer says what
 * was granted.
 */
public final class AuthorizationServer implements AutoCloseable {
  private final WebServer server;

  private AuthorizationServer(WebServer server) {
    this.server = server;
  }

  /**
   * Listens on {@code address}; {@code issuerOfPort} says who we are on the port that was taken.
   *
   * @throws java.net.BindException when the port is taken
   */
  public static AuthorizationServer start(
      InetSocketAddress address, IntFunction<DevelopmentIssuer> issuerOfPort, Clock clock)
      throws IOException {
    return new AuthorizationServer(
        WebServer.startKnowingPort(
            address, port -> new Endpoints(issuerOfPort.apply(port), port, clock)));
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
  }

  /** The addresses and what answers there. */
  private static final class Endpoints implements Handler {
    private static final String BROWSER_COOKIE = "bearward-demo-sign-in";
    private static final Pattern RANDOM_ID = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final int MAX_QUERY_CHARACTERS = 8 * 1024;
    private static final int MAX_FORM_BYTES = 4 * 1024;

    /** Keys outlive the longest ordinary token by as much again. */
    private static final int KEY_GRACE_LIFETIMES = 2;

    private final DevelopmentIssuer issuer;
    private final SigningKeys keys;
    private final TokenMint mint;
    private final PendingSignIns pending;
    private final Caller caller;
    private final DevelopmentEndpoints development;
    private final Response style;

    Endpoints(DevelopmentIssuer issuer, int port, Clock clock) {
      Duration grace = issuer.tokenLifetime().multipliedBy(KEY_GRACE_LIFETIMES);
      this.issuer = issuer;
      this.keys = new SigningKeys(clock, grace);
      this.mint = new TokenMint(issuer.issuer(), keys, clock);
      this.pending = new PendingSignIns(clock);
      this.caller = new Caller(issuer, port);
      this.development = new DevelopmentEndpoints(issuer, mint, keys, caller);
      this.style = Response.of(200, "text/css; charset=utf-8", resource("sign-in.css"));
    }

    @Override
    public Response handle(Request request) throws IOException {
      return switch (request.path()) {
        case "/dev/token" -> development.token(request);
        case "/dev/rotate" -> development.rotate(request);
        case "/sign-in" ->
            request.method().equals("POST") ? signIn(request) : Response.methodNotAllowed("POST");
        case "/",
            "/authorize",
            "/.well-known/openid-configuration",
            "/.well-known/jwks.json",
            Pages.STYLE_PATH ->
            request.method().equals("GET") ? get(request) : Response.methodNotAllowed("GET, HEAD");
        default -> Response.notFound();
      };
    }

    private Response get(Request request) {
      return switch (request.path()) {
        case "/authorize" -> authorize(request);
        case "/.well-known/openid-configuration" -> open(Response.json(200, Metadata.of(issuer)));
        case "/.well-known/jwks.json" -> open(jwks());
        case Pages.STYLE_PATH -> style;
        default -> Pages.home(issuer);
      };
    }

    private Response jwks() {
      byte[] set = keys.publicKeys().toString(true).getBytes(StandardCharsets.UTF_8);
      return Response.of(200, "application/jwk-set+json", set);
    }

    /** Public documents may be read by any page. */
    private static Response open(Response response) {
      return response
          .with("Access-Control-Allow-Origin", "*")
          .with("Cache-Control", "public, max-age=15");
    }

    private Response authorize(Request request) {
      Optional<Parameters> parameters =
          request.query().length() > MAX_QUERY_CHARACTERS
              ? Optional.empty()
              : Parameters.parse(request.query());
      if (parameters.isEmpty()) {
        return Pages.error(400, "This link cannot be read", "The query is too long or broken.");
      }
      return switch (AuthorizationRequest.read(parameters.get(), issuer)) {
        case AuthorizationRequest.Unanswerable(String reason) ->
            Pages.error(400, "This sign-in link is wrong", reason);
        case AuthorizationRequest.Refused refused ->
            Response.seeOther(
                refused.destination().refusal(refused.error(), refused.description()));
        case AuthorizationRequest.Accepted accepted -> ask(request, accepted);
      };
    }

    private Response ask(Request request, AuthorizationRequest.Accepted accepted) {
      String browser =
          request
              .cookie(BROWSER_COOKIE)
              .filter(value -> RANDOM_ID.matcher(value).matches())
              .orElseGet(pending::randomId);
      String cookie = BROWSER_COOKIE + "=" + browser + "; Path=/sign-in; HttpOnly; SameSite=Strict";
      return Pages.signIn(accepted, pending.add(accepted, browser)).with("Set-Cookie", cookie);
    }

    private Response signIn(Request request) throws IOException {
      if (!caller.isOurPage(request)
          || !request.hasContentType("application/x-www-form-urlencoded")) {
        return Pages.error(403, "Not from this page", "Sign in on the sign-in page itself.");
      }
      Optional<Parameters> form =
          request
              .body(MAX_FORM_BYTES)
              .flatMap(bytes -> Parameters.parse(new String(bytes, StandardCharsets.UTF_8)));
      String transaction = form.flatMap(fields -> fields.single("transaction")).orElse("");
      String browser = request.cookie(BROWSER_COOKIE).orElse("");
      String choice = form.flatMap(fields -> fields.single("choice")).orElse("");
      return pending
          .take(transaction, browser)
          .map(accepted -> Response.seeOther(answer(accepted, choice)))
          .orElseGet(() ->
              Pages.error(
                  400,
                  "This sign-in is over",
                  "It was used already or took too long. Go back to the app and start again."));
    }

    private String answer(AuthorizationRequest.Accepted request, String choice) {
      Optional<Account> account = Account.named(choice);
      if (account.isEmpty()) {
        return request.destination().refusal("access_denied", "nobody signed in");
      }
      Scopes granted = request.scopes().and(account.get().may());
      return granted.isEmpty()
          ? request
              .destination()
              .refusal("access_denied", "this user holds none of the permissions asked for")
          : new ImplicitGrant(mint, issuer.tokenLifetime()).answer(request, account.get(), granted);
    }

    private static byte[] resource(String name) {
      try (InputStream in = AuthorizationServer.class.getResourceAsStream(name)) {
        return Objects.requireNonNull(in, name).readAllBytes();
      } catch (IOException brokenJar) {
        throw new IllegalStateException("cannot read " + name, brokenJar);
      }
    }
  }
}
