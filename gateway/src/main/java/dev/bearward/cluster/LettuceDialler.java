package dev.bearward.cluster;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens lines by Lettuce, on threads of its own. It does not connect again by itself and asks
 * nothing twice: whether to is for {@link Link} to say, and a proof that is asked for twice would
 * look used.
 */
final class LettuceDialler implements Line.Dialler {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration CLOSING = Duration.ofSeconds(2);

  /** Lettuce takes no fewer; the second serves the line that listens. */
  private static final int THREADS = 2;

  private final ClientResources resources;
  private final RedisClient client;
  private final RedisURI uri;

  /**
   * @param mostAsked most questions at a time, of requests and beside them
   */
  LettuceDialler(ClusterSettings settings, int mostAsked) {
    this.resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(THREADS)
            .computationThreadPoolSize(THREADS)
            .threadFactoryProvider(name -> new DefaultThreadFactory("bearward-redis", true))
            .addressResolverGroup(DefaultAddressResolverGroup.INSTANCE)
            .commandLatencyRecorder(CommandLatencyRecorder.disabled())
            .build();
    this.client = RedisClient.create(resources);
    client.setOptions(options(settings, mostAsked));
    this.uri = uri(settings.redis());
  }

  private static ClientOptions options(ClusterSettings settings, int mostAsked) {
    return ClientOptions.builder()
        .autoReconnect(false)
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(mostAsked)
        .protocolVersion(ProtocolVersion.RESP2)
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .socketOptions(
            SocketOptions.builder()
                .connectTimeout(TIMEOUT)
                .tcpNoDelay(true)
                .keepAlive(true)
                .build())
        .sslOptions(ssl(settings.ca()))
        .build();
  }

  private static SslOptions ssl(@Nullable Path ca) {
    var options = SslOptions.builder().jdkSslProvider().handshakeTimeout(TIMEOUT);
    return ca == null ? options.build() : options.trustManager(ca.toFile()).build();
  }

  private static RedisURI uri(RedisAddress redis) {
    var uri =
        RedisURI.builder()
            .withHost(redis.host())
            .withPort(redis.port())
            .withSsl(redis.tls())
            .withDatabase(redis.database())
            .withClientName("bearward")
            .withTimeout(TIMEOUT);
    if (redis.password() != null) {
      char[] password = redis.password().toCharArray();
      return redis.user() == null
          ? uri.withPassword(password).build()
          : uri.withAuthentication(redis.user(), password).build();
    }
    return uri.build();
  }

  @Override
  public CompletableFuture<Line> dial(Consumer<String> heard, Runnable lost) {
    var once = new AtomicBoolean();
    Runnable lostOnce =
        () -> {
          if (once.compareAndSet(false, true)) {
            lost.run();
          }
        };
    return client
        .connectAsync(StringCodec.UTF8, uri)
        .thenCompose(asking -> listening(asking, heard, lostOnce))
        .toCompletableFuture();
  }

  /** The second connection, on which others are heard: Redis takes no questions there. */
  private CompletableFuture<Line> listening(
      StatefulRedisConnection<String, String> asking, Consumer<String> heard, Runnable lost) {
    asking.addListener(ending(lost));
    CompletableFuture<Line> line =
        client
            .connectPubSubAsync(StringCodec.UTF8, uri)
            .thenCompose(listening -> subscribed(asking, listening, heard, lost))
            .toCompletableFuture();
    return line.whenComplete((_, failure) -> {
      if (failure != null) {
        var _ = asking.closeAsync();
      }
    });
  }

  private static CompletableFuture<Line> subscribed(
      StatefulRedisConnection<String, String> asking,
      StatefulRedisPubSubConnection<String, String> listening,
      Consumer<String> heard,
      Runnable lost) {
    listening.addListener(ending(lost));
    listening.addListener(
        new RedisPubSubAdapter<String, String>() {
          @Override
          public void message(String channel, String message) {
            heard.accept(message);
          }
        });
    return listening
        .async()
        .subscribe(Names.REVOCATION_VERSION)
        .toCompletableFuture()
        .orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .<Line>thenApply(_ -> new LettuceLine(asking, listening))
        .whenComplete((_, failure) -> {
          if (failure != null) {
            var _ = listening.closeAsync();
          }
        });
  }

  private static RedisConnectionStateListener ending(Runnable lost) {
    return new RedisConnectionStateListener() {
      @Override
      public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
        lost.run();
      }
    };
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, CLOSING);
    var _ = resources.shutdown(0, CLOSING.toMillis(), TimeUnit.MILLISECONDS);
  }
}
