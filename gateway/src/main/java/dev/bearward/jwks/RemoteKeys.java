package dev.bearward.jwks;

import dev.bearward.outbound.Get;
import dev.bearward.outbound.JsonReply;
import dev.bearward.outbound.OutboundClient;
import dev.bearward.outbound.Reply;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Gets one issuer's documents within the limits of its settings. */
final class RemoteKeys {
  /** Most bytes of a key set or of metadata. */
  static final int MAX_BYTES = 512 * 1024;

  private static final String KEY_SET_TYPES = "application/jwk-set+json, application/json";

  private final OutboundClient client;
  private final boolean plainHttp;
  private final @Nullable OwnToken token;

  /**
   * @param token what the issuer wants to see, or null
   */
  RemoteKeys(OutboundClient client, boolean plainHttp, @Nullable OwnToken token) {
    this.client = client;
    this.plainHttp = plainHttp;
    this.token = token;
  }

  /** The key set at that address. */
  CompletionStage<Fetched> keys(URI uri, Duration timeout) {
    return get(uri, KEY_SET_TYPES, timeout).thenApply(RemoteKeys::read);
  }

  CompletableFuture<Reply> get(URI uri, String accept, Duration timeout) {
    return switch (token == null ? OwnToken.NONE_WANTED : token.read()) {
      case OwnToken.Held(var own) ->
          client.get(new Get(uri, accept, timeout, MAX_BYTES, plainHttp, own));
      case OwnToken.Unreadable(String why) ->
          CompletableFuture.completedFuture(new Reply.Failed(why));
    };
  }

  private static Fetched read(Reply reply) {
    return switch (reply) {
      case Reply.Failed(String reason) -> new Fetched.Failed(reason);
      case Reply.Response response ->
          JsonReply.objection(response)
              .<Fetched>map(Fetched.Failed::new)
              .orElseGet(() ->
                  KeySetReader.read(
                      response.from().toString(),
                      response.body(),
                      Freshness.maxAge(response.headers())));
    };
  }
}
