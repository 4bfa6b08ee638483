package dev.bearward.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One check: a GET on a connection of its own, in the protocol that requests are sent in, good when
 * the status is 2xx. The body is not waited for. Event loop only.
 */
final class HealthProbe implements Dial.Listener {
  /** Says what the asker is. */
  static final String USER_AGENT = "bearward-health";

  private final Endpoint endpoint;
  private final String path;
  private final EventLoop loop;
  private final Consumer<@Nullable String> end;
  private final Dial dial;
  private @Nullable Future<?> limit;
  private boolean over;

  /**
   * @param end takes what was wrong, or null
   */
  HealthProbe(Endpoint endpoint, String path, EventLoop loop, Consumer<@Nullable String> end) {
    this.endpoint = endpoint;
    this.path = path;
    this.loop = loop;
    this.end = end;
    this.dial = new Dial(endpoint, false, this);
  }

  /**
   * Begins.
   *
   * @throws ChannelException when there is no socket to be had, and so nothing to be learnt
   */
  void start(Duration time) {
    dial.start(loop);
    limit = loop.schedule(() -> failed("no answer in time"), time.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void connected(Channel channel, @Nullable TlsEnd tls, boolean http2) {
    if (over) {
      dial.close();
      return;
    }
    if (tls != null) {
      tls.reportsTo(() -> {}, cause -> failed(Faults.text(cause)));
    }
    if (http2) {
      new Http2Question(this, tls != null, endpoint.hostField(), path).ask(channel);
    } else {
      new Http1Question(this, endpoint.hostField(), path).ask(channel);
    }
  }

  @Override
  public void failed(Throwable cause, boolean tls) {
    failed(Faults.text(cause));
  }

  // What a question brings.

  /** The endpoint answered. */
  void answered(int status) {
    if (status >= 200 && status < 300) {
      finish(null);
    } else {
      failed("status " + status);
    }
  }

  /** It did not, or not soundly. */
  void failed(String why) {
    finish("check: " + why);
  }

  boolean isOver() {
    return over;
  }

  private void finish(@Nullable String fault) {
    if (over) {
      return;
    }
    over = true;
    Future<?> running = limit;
    if (running != null) {
      running.cancel(false);
    }
    dial.close();
    end.accept(fault);
  }
}
