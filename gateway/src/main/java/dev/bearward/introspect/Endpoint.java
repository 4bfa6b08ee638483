package dev.bearward.introspect;

import dev.bearward.outbound.Form;
import dev.bearward.outbound.JsonReply;
import dev.bearward.outbound.OutboundClient;
import dev.bearward.outbound.Reply;
import dev.bearward.token.IntrospectionRules;
import dev.bearward.token.TokenVerifier.Verification;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One issuer's introspection endpoint (RFC 7662 section 2). */
final class Endpoint {
  /** Most bytes of an answer. */
  static final int MAX_BYTES = 64 * 1024;

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  private final IntrospectionSettings settings;
  private final OutboundClient client;
  private final IntrospectionRules rules;

  Endpoint(IntrospectionSettings settings, OutboundClient client, IntrospectionRules rules) {
    this.settings = settings;
    this.client = client;
    this.rules = rules;
  }

  /** What a call comes to. */
  sealed interface Answer {}

  /** The issuer has spoken: the token is verified, or refused. */
  record Answered(Verification verification) implements Answer {}

  /**
   * Nothing that can be understood.
   *
   * @param reason holds no token and no secret
   */
  record Failed(String reason, Duration retryAfter) implements Answer {}

  /** Asks for a token; completes in bounded time. Cancelling the future ends the call. */
  CompletableFuture<Answer> ask(String token, long nowMillis, Duration timeout) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("token", token);
    fields.put("token_type_hint", "access_token");
    CompletableFuture<Reply> reply =
        client.post(
            new Form(
                settings.uri(),
                fields,
                settings.credentials(),
                "application/json",
                timeout,
                MAX_BYTES,
                settings.insecureHttp()));
    CompletableFuture<Answer> answer = reply.thenApply(found -> read(found, nowMillis));
    var _ = answer.whenComplete((_, _) -> reply.cancel(false));
    return answer;
  }

  private Answer read(Reply reply, long askedAtMillis) {
    return switch (reply) {
      case Reply.Failed(String reason) -> new Failed(reason, RETRY);
      case Reply.Response response ->
          JsonReply.objection(response)
              .<Answer>map(objection -> new Failed(objection, retryAfter(response)))
              .orElseGet(() -> judged(response, askedAtMillis));
    };
  }

  private Answer judged(Reply.Response response, long askedAtMillis) {
    Verification verification = rules.judge(response.body(), askedAtMillis);
    return verification != null
        ? new Answered(verification)
        : new Failed(
            response.from() + ": no answer of introspection (expected: JSON with a boolean active)",
            RETRY);
  }

  /** The issuer's own wish, within bounds; only the form in seconds is read. */
  private static Duration retryAfter(Reply.Response response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(value -> value.matches("\\d{1,9}"))
        .map(value -> Duration.ofSeconds(Math.max(1, Long.parseLong(value))))
        .map(wish -> wish.compareTo(LONGEST_RETRY) < 0 ? wish : LONGEST_RETRY)
        .orElse(RETRY);
  }
}
