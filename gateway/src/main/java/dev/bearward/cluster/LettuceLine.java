package dev.bearward.cluster;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Two connections by Lettuce: one for questions, one that others are heard on. */
final class LettuceLine implements Line {
  private static final String[] NONE = {};
  private static final String USED = "";

  private final StatefulRedisConnection<String, String> asking;
  private final StatefulRedisPubSubConnection<String, String> listening;
  private final RedisAsyncCommands<String, String> redis;

  LettuceLine(
      StatefulRedisConnection<String, String> asking,
      StatefulRedisPubSubConnection<String, String> listening) {
    this.asking = asking;
    this.listening = listening;
    this.redis = asking.async();
  }

  @Override
  public CompletableFuture<?> load(Script script) {
    return redis.scriptLoad(script.text()).toCompletableFuture();
  }

  @Override
  public CompletableFuture<List<Object>> run(
      Script script, List<String> keys, List<String> arguments) {
    return redis
        .<List<Object>>evalsha(
            script.digest(), ScriptOutputType.MULTI, keys.toArray(NONE), arguments.toArray(NONE))
        .toCompletableFuture();
  }

  @Override
  public CompletableFuture<Boolean> setIfAbsent(String key, Duration life) {
    return redis
        .set(key, USED, SetArgs.Builder.nx().px(life.toMillis()))
        .toCompletableFuture()
        .thenApply(answer -> answer != null);
  }

  @Override
  public CompletableFuture<@Nullable String> get(String key) {
    return redis.get(key).toCompletableFuture().thenApply(value -> value);
  }

  @Override
  public void close() {
    var _ = asking.closeAsync();
    var _ = listening.closeAsync();
  }
}
