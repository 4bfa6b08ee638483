package dev.bearward.server;

import dev.bearward.access.AccessGate;
import dev.bearward.proxy.Forwarder;
import dev.bearward.tls.ServerTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners and all client connections. Beyond the limit of connections the one that has been
 * idle longest on the same event loop is closed; where none is idle, the new one is, so that a
 * client learns of it and can go elsewhere.
 */
public final class Server {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);

  /** Slowest and quickest look at deadlines; time-outs are late by one tick at most. */
  private static final Duration SLOWEST_TICK = Duration.ofMillis(250);

  private static final Duration QUICKEST_TICK = Duration.ofMillis(5);
  private static final int TICKS_PER_TIMEOUT = 10;

  private final EventLoops loops;
  private final ServerContext context;
  private final @Nullable ServerTls tls;
  private final Reception reception;
  private final Map<EventLoop, LoopState> states = new HashMap<>();
  private final List<Channel> listeners = new ArrayList<>();
  private final AcceptFaults acceptFaults = new AcceptFaults(System::nanoTime, this::shed);

  private Server(
      EventLoops loops,
      ServerContext context,
      MemoryLimits memory,
      @Nullable ServerTls tls,
      InstantSource clock) {
    this.loops = loops;
    this.context = context;
    this.tls = tls;
    this.reception = new Reception(context, tls);
    var seeds = new SplittableRandom();
    Duration tick = tick(context.timeouts());
    MemoryLimits each = memory.each(loops.all().size());
    for (EventLoop loop : loops.all()) {
      states.put(loop, new LoopState(loop, clock, tick, seeds.nextLong(), each));
    }
  }

  /**
   * Listens on all addresses, without TLS.
   *
   * @see #start(ServerSettings, EventLoops, AccessGate, Forwarder, Predicate, ExchangeListener,
   *     InstantSource, ServerTls)
   */
  public static Server start(
      ServerSettings settings,
      EventLoops loops,
      AccessGate gate,
      Forwarder forwarder,
      Predicate<CharSequence> gatewayOnly,
      ExchangeListener listener,
      InstantSource clock)
      throws ListenException {
    return start(settings, loops, gate, forwarder, gatewayOnly, listener, clock, null);
  }

  /**
   * Listens on all addresses.
   *
   * @param gatewayOnly request fields that only the gateway may set; a client must not name them in
   *     Connection
   * @param tls of all listeners, or null for none
   * @throws ListenException when one address cannot be listened on; then none is
   */
  public static Server start(
      ServerSettings settings,
      EventLoops loops,
      AccessGate gate,
      Forwarder forwarder,
      Predicate<CharSequence> gatewayOnly,
      ExchangeListener listener,
      InstantSource clock,
      @Nullable ServerTls tls)
      throws ListenException {
    var memory = MemoryLimits.ofThisProcess();
    return start(settings, memory, loops, gate, forwarder, gatewayOnly, listener, clock, tls);
  }

  /** The same with other limits of memory. */
  static Server start(
      ServerSettings settings,
      MemoryLimits memory,
      EventLoops loops,
      AccessGate gate,
      Forwarder forwarder,
      Predicate<CharSequence> gatewayOnly,
      ExchangeListener listener,
      InstantSource clock,
      @Nullable ServerTls tls)
      throws ListenException {
    var service = new Service(settings, gate, forwarder, gatewayOnly);
    var context = new ServerContext(service, memory, listener, clock);
    var server = new Server(loops, context, memory, tls, clock);
    for (SocketAddress address : settings.listen()) {
      server.listen(address);
    }
    return server;
  }

  private static Duration tick(ServerSettings.Timeouts timeouts) {
    Duration tick = SLOWEST_TICK;
    for (Duration timeout : List.of(timeouts.header(), timeouts.body(), timeouts.idle())) {
      Duration part = timeout.dividedBy(TICKS_PER_TIMEOUT);
      tick = part.compareTo(tick) < 0 ? part : tick;
    }
    return tick.compareTo(QUICKEST_TICK) < 0 ? QUICKEST_TICK : tick;
  }

  private void listen(SocketAddress address) throws ListenException {
    try {
      listeners.add(new ListenSocket(loops, new Acceptor(), acceptFaults).open(address));
    } catch (ListenException e) {
      listeners.forEach(open -> open.close().awaitUninterruptibly());
      throw e;
    }
    if (tls == null
        && address instanceof InetSocketAddress inet
        && !inet.isUnresolved()
        && !inet.getAddress().isLoopbackAddress()) {
      LOG.warn(
          "listen: {}:{} takes tokens without TLS from beyond this machine (expected: TLS in"
              + " front, or a loopback address)",
          inet.getHostString(),
          inet.getPort());
    }
  }

  private final class Acceptor extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      accept(channel);
    }
  }

  /** No connection can be accepted: makes room, as at the limit of connections. */
  private void shed() {
    states.values().forEach(state -> state.loop().execute(state::shed));
  }

  private void accept(Channel channel) {
    LoopState loop = states.get(channel.eventLoop());
    if (loop == null) {
      var _ = channel.close(); // It went before it was accepted.
    } else {
      reception.receive(channel, loop);
    }
  }

  /**
   * Serves the requests that come from now on by another configuration. Those under way go on as
   * they began. Limits of heads and time-outs hold for new connections at the latest; everything
   * else for the next request of kept ones too.
   */
  public void use(Service next) {
    context.use(next);
  }

  /** The addresses listened on, in the order of the settings, with the ports in use. */
  public List<InetSocketAddress> addresses() {
    return listeners.stream()
        .map(Channel::localAddress)
        .filter(InetSocketAddress.class::isInstance)
        .map(InetSocketAddress.class::cast)
        .toList();
  }

  /** The limits that follow from the size of memory, for a log line. */
  public String memoryLimits() {
    return context.memoryLimits();
  }

  /** Client connections that are open. */
  public int connections() {
    return context.connections();
  }

  /**
   * Stops accepting and lets what is in flight finish. Responses from now on end their connection;
   * a kept connection may bring one more request for a second. What is still open after the drain
   * time-out is refused or cut off, and has {@link Bounds#LINGER} to read that. The stage completes
   * when no connection is left.
   */
  public CompletionStage<Void> close() {
    context.drain();
    for (Channel open : listeners) {
      var _ = open.close();
    }
    for (LoopState state : states.values()) {
      state.loop().execute(() -> state.forEach(Attended::lastCall));
      Runnable cutOff = () -> state.forEach(Attended::cutOff);
      long drain = context.timeouts().drain().toNanos();
      var _ = state.loop().schedule(cutOff, drain, TimeUnit.NANOSECONDS);
      Runnable close = () -> state.forEach(Attended::close);
      long last = drain + Bounds.LINGER.toNanos();
      var _ = state.loop().schedule(close, last, TimeUnit.NANOSECONDS);
    }
    return context.drained();
  }
}
