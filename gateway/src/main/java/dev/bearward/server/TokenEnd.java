package dev.bearward.server;

import dev.bearward.access.Permit;
import dev.bearward.proxy.Tunnel;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends an exchange that lasts when the token that let it in does (rule 157). Made for those only;
 * every other response runs on to its own end, so that none is cut short and looks whole. Event
 * loop only.
 */
final class TokenEnd {
  /** How long a body may take to come to a place where it can be ended. */
  static final Duration GRACE = Duration.ofSeconds(10);

  private final ClientSide client;
  private final Exchange exchange;
  private final Lasting kind;
  private final Expiry expiry;
  private @Nullable LastingBody body;
  private @Nullable Future<?> grace;
  private boolean stopped;
  private boolean come;

  private TokenEnd(
      ClientSide client,
      Exchange exchange,
      InstantSource clock,
      long atMillis,
      Lasting kind,
      Runnable come) {
    this.client = client;
    this.exchange = exchange;
    this.kind = kind;
    this.expiry = new Expiry(client.loop(), clock, atMillis, () -> client.onLoop(() -> end(come)));
    expiry.start();
  }

  /** Waits for the end of a WebSocket's token, or null where that changes nothing. */
  static @Nullable TokenEnd of(
      Tunnel tunnel, ClientSide client, Exchange exchange, InstantSource clock, Permit permit) {
    long at = permit.goodUntilMillis();
    if (at == Permit.FOREVER) {
      return null;
    }
    tunnel.followFrames();
    return new TokenEnd(client, exchange, clock, at, Lasting.WEBSOCKET, tunnel::expire);
  }

  /** Waits for the end of the token of a call that has no response yet, or null for no call. */
  static @Nullable TokenEnd of(
      ClientSide client, Exchange exchange, InstantSource clock, Permit permit) {
    long at = client.isGrpc() ? permit.goodUntilMillis() : Permit.FOREVER;
    return at == Permit.FOREVER
        ? null
        : new TokenEnd(client, exchange, clock, at, Lasting.GRPC, exchange::expire);
  }

  /** Waits for the end of a response's token, or null when that response has an end of its own. */
  static @Nullable TokenEnd of(
      HttpHeaders head, ClientSide client, Exchange exchange, InstantSource clock, Permit permit) {
    long at = permit.goodUntilMillis();
    LastingBody body = at == Permit.FOREVER ? null : LastingBody.of(head);
    if (body == null) {
      return null;
    }
    var end = new TokenEnd(client, exchange, clock, at, body.kind(), body::expire);
    end.body = body;
    return end;
  }

  private void end(Runnable told) {
    if (stopped) {
      return;
    }
    come = true;
    told.run();
    LastingBody response = body;
    if (response == null) {
      return; // A tunnel has its own time limit, and a call without a response is over.
    }
    if (response.endsHere()) {
      exchange.endWithToken(response.trailers());
    } else if (response.isOpaque()) {
      exchange.cutWithToken();
    } else {
      Runnable cut = () -> client.onLoop(exchange::cutWithToken);
      grace = client.loop().schedule(cut, GRACE.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /**
   * Takes note of a part of the body, and shortens it to what may still pass.
   *
   * @return what is to be said behind it when the body ends with it, else null
   */
  @Nullable HttpHeaders follow(ByteBuf part) {
    LastingBody response = body;
    if (response == null) {
      return null;
    }
    response.follow(part);
    return response.endsHere() ? response.trailers() : null;
  }

  /** What was ended, or null when nothing was. */
  @Nullable Lasting closed() {
    return come ? kind : null;
  }

  /** The exchange is over. */
  void stop() {
    stopped = true;
    expiry.stop();
    if (grace != null) {
      grace.cancel(false);
    }
  }
}
