package dev.bearward.server;

import dev.bearward.access.AccessDecision;
import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Takes one request through everything that a client connection does with it, decoder and guards
 * included, without a socket: what comes out is what a client would get. What takes longer than one
 * turn, such as an upstream, never comes to an answer here.
 */
public final class Rehearsal {
  private static final long SEED = 1;

  private Rehearsal() {}

  /**
   * What came of it.
   *
   * @param head what the decision saw, or null when the request was refused before
   * @param decision the decision, or null when there was none
   * @param reason why the request was refused, or null when it was not
   * @param response what a client would get, a character for each byte; nothing where the upstream
   *     has to answer
   */
  public record Rehearsed(
      @Nullable RequestHead head,
      @Nullable AccessDecision decision,
      @Nullable Reason reason,
      String response) {}

  /**
   * Rehearses a request.
   *
   * @param service what requests get
   * @param peer who sends it
   * @param request its bytes
   */
  public static Rehearsed of(Service service, InstantSource clock, Peer peer, byte[] request) {
    var heard = new Heard();
    var memory = MemoryLimits.ofThisProcess();
    var context = new ServerContext(service, memory, heard, clock);
    var channel = new UnconnectedChannel();
    String response;
    try {
      var loop = new LoopState(channel.eventLoop(), clock, Bounds.MAX_DRAIN_TIME, SEED, memory);
      new Reception(context, null).http1(channel, loop, peer).begin();
      channel.writeInbound(Unpooled.wrappedBuffer(request));
      response = written(channel);
    } finally {
      // An exchange that waits for its upstream ends here, and tells what was decided.
      channel.finishAndReleaseAll();
    }
    return new Rehearsed(heard.head, heard.decision, heard.reason, response);
  }

  private static String written(UnconnectedChannel channel) {
    var all = new StringBuilder();
    for (Object part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      ByteBuf bytes = (ByteBuf) part;
      all.append(bytes.toString(StandardCharsets.ISO_8859_1));
      bytes.release();
    }
    return all.toString();
  }

  /** What the connection tells of the one request. */
  private static final class Heard implements ExchangeListener {
    private @Nullable RequestHead head;
    private @Nullable AccessDecision decision;
    private @Nullable Reason reason;

    @Override
    public void started(RequestHead started) {
      head = started;
    }

    @Override
    public void finished(Outcome outcome) {
      decision = outcome.decision();
      reason = outcome.reason();
    }

    @Override
    public void refused(Peer by, Reason why, String requestId) {
      reason = why;
    }
  }
}
