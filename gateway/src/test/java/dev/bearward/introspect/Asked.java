package dev.bearward.introspect;

import com.sun.net.httpserver.HttpExchange;
import dev.bearward.http.Reason;
import dev.bearward.outbound.BasicCredentials;
import dev.bearward.outbound.OutboundClients;
import dev.bearward.outbound.OutboundSettings;
import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.SteppedTime;
import dev.bearward.testing.TestIssuer;
import dev.bearward.token.CachedTokenVerifier;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.IntrospectionRules;
import dev.bearward.token.TokenCacheSettings;
import dev.bearward.token.TokenListener;
import dev.bearward.token.TokenVerifier.Later;
import dev.bearward.token.TokenVerifier.Rejected;
import dev.bearward.token.TokenVerifier.Unavailable;
import dev.bearward.token.TokenVerifier.Verification;
import dev.bearward.token.Verified;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An introspector with its cache on stepped time, and a scripted issuer on a real socket. */
final class Asked implements AutoCloseable {
  static final String PATH = "/introspect";
  static final String GOOD = "opaque-good";

  final ScriptedServer server = ScriptedServer.start();
  final SteppedTime time = new SteppedTime();
  final OutboundClients clients = new OutboundClients();
  final List<String> heard = new CopyOnWriteArrayList<>();
  final Map<String, String> answers = new ConcurrentHashMap<>();
  final List<String> credentials = new CopyOnWriteArrayList<>();
  final AtomicInteger atOnce = new AtomicInteger();
  final AtomicInteger mostAtOnce = new AtomicInteger();
  final Introspector introspector;
  final CachedTokenVerifier verifier;

  Asked() {
    this(60, 32, 1000);
  }

  Asked(int cacheSeconds, int concurrency, int maxWaiting) {
    this(cacheSeconds, concurrency, maxWaiting, Duration.ofSeconds(5));
  }

  Asked(int cacheSeconds, int concurrency, int maxWaiting, Duration timeout) {
    var settings =
        new IntrospectionSettings(
            "test",
            server.uri(PATH),
            new BasicCredentials("gateway", "hunter2"),
            Duration.ofSeconds(cacheSeconds),
            concurrency,
            timeout,
            false,
            new OutboundSettings(null, null));
    var rules =
        new IntrospectionRules(
            TestIssuer.simple().settings(), settings.cache(), Set.of(ClaimPath.of("role")), time);
    var environment =
        new IntrospectionEnvironment(time, this::nanos, new Random(7), maxWaiting, listener());
    try {
      introspector = new Introspector(settings, rules, clients, environment);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    verifier =
        new CachedTokenVerifier(
            introspector, new TokenCacheSettings(1 << 20), TokenListener.NONE, time, this::nanos);
    server.on(PATH, answering());
  }

  private long nanos() {
    return TimeUnit.MILLISECONDS.toNanos(time.millis());
  }

  /** An answer that passes, and ends in that many seconds. */
  String active(int seconds, String... more) {
    return "{\"active\":true,\"aud\":\"%s\",\"sub\":\"alice\",\"client_id\":\"spa\",\"exp\":%d%s}"
        .formatted(
            TestIssuer.AUDIENCE,
            time.instant().getEpochSecond() + seconds,
            more.length == 0 ? "" : "," + String.join(",", more));
  }

  /** Answers a token with that, from now on; any other token is inactive. */
  Asked say(String token, String answer) {
    answers.put(token, answer);
    return this;
  }

  /** The script of a server that works. */
  ScriptedServer.Script answering() {
    return exchange -> {
      credentials.addAll(exchange.getRequestHeaders().get("Authorization"));
      String answer = answers.getOrDefault(token(exchange), "{\"active\":false}");
      atOnce.updateAndGet(count -> Math.max(0, count - 1));
      ScriptedServer.json(answer).answer(exchange);
    };
  }

  static String token(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
    String first = body.substring(0, body.indexOf('&'));
    return URLDecoder.decode(first.substring("token=".length()), StandardCharsets.UTF_8);
  }

  /** A server that answers when the latch opens, and counts who waits there. */
  ScriptedServer.Script held(CountDownLatch gate) {
    ScriptedServer.Script after = server.after(gate, answering());
    return exchange -> {
      mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
      after.answer(exchange);
    };
  }

  int calls() {
    return server.hits(PATH);
  }

  /** The answer, once it is there. */
  Verification verify(String token) {
    return settled(verifier.verify(token));
  }

  static Verification settled(Verification verification) {
    return verification instanceof Later(var _, var stage, var _)
        ? stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join()
        : verification;
  }

  Verified verified(String token) {
    return switch (verify(token)) {
      case Verified verified -> verified;
      case Verification other -> throw new AssertionError(other);
    };
  }

  /** Why a token was refused, or could not be verified. */
  static Reason reason(Verification verification) {
    return switch (settled(verification)) {
      case Rejected(Reason reason) -> reason;
      case Unavailable(Reason reason, Duration _) -> reason;
      case Verified _ -> throw new AssertionError("verified");
      case Later _ -> throw new AssertionError("later");
    };
  }

  Reason reason(String token) {
    return reason(verify(token));
  }

  private IntrospectionListener listener() {
    return new IntrospectionListener() {
      @Override
      public void answered(String issuer, Duration took, boolean accepted) {
        heard.add(issuer + " " + (accepted ? "accepted" : "refused"));
      }

      @Override
      public void failed(String issuer, Duration took, String reason) {
        heard.add(issuer + " failed " + reason);
      }

      @Override
      public void crowded(String issuer) {
        heard.add(issuer + " crowded");
      }
    };
  }

  @Override
  public void close() {
    clients.close();
    server.close();
    time.shutdown();
  }
}
