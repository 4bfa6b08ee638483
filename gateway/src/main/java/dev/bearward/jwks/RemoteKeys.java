package dev.bearward.jwks;

import dev.bearward.outbound.Get;
import dev.bearward.outbound.JsonReply;
import dev.bearward.outbound.OutboundClient;
import dev.bearward.outbound.Reply;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Gets one issuer's documents within the limits of its settings. */
final class RemoteKeys {
  /** Most bytes of a key set or of metadata. */
  static final int MAX_BYTES = 512 * 1024;

  private static final String KEY_SET_TYPES = "application/jwk-set+json, application/json";

  private final OutboundClient client;
  private final boolean plainHttp;

  RemoteKeys(OutboundClient client, boolean plainHttp) {
    this.client = client;
    this.plainHttp = plainHttp;
  }

  /** The key set at that address. */
  CompletionStage<Fetched> keys(URI uri, Duration timeout) {
    return get(uri, KEY_SET_TYPES, timeout).thenApply(RemoteKeys::read);
  }

  CompletableFuture<Reply> get(URI uri, String accept, Duration timeout) {
    return client.get(new Get(uri, accept, timeout, MAX_BYTES, plainHttp));
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
