package dev.bearward.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;

/**
 * How an HTTP/1.1 connection comes to its end: after its last response, with time for the client to
 * read that, or at once.
 */
final class Ending {
  private final Channel channel;
  private final Stage stage;
  private final Intake intake;
  private final ResponseWriter writer;
  private final Farewell farewell;
  private final Steps steps;

  Ending(
      Channel channel,
      Stage stage,
      Intake intake,
      ResponseWriter writer,
      Farewell farewell,
      Steps steps) {
    this.channel = channel;
    this.stage = stage;
    this.intake = intake;
    this.writer = writer;
    this.farewell = farewell;
    this.steps = steps;
  }

  /** Ends our side once all is sent, and throws away what still comes. */
  void linger() {
    stage.enter(ConnectionState.LINGERING, Watch.NEVER);
    intake.discard();
    steps.later(this::lighten);
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(written -> {
          if (written.isSuccess() && stage.is(ConnectionState.LINGERING)) {
            shut();
          } else {
            var _ = channel.close();
          }
        });
    channel.read();
  }

  private void shut() {
    stage.enter(ConnectionState.LINGERING, Bounds.LINGER);
    farewell.say(shut -> {
      if (!shut.isSuccess()) {
        var _ = channel.close();
      }
    });
  }

  /** Frees what decoding has left behind, unless the next request has begun. */
  void lighten() {
    if (stage.is(ConnectionState.IDLE)) {
      intake.lighten();
    } else if (stage.is(ConnectionState.LINGERING)) {
      intake.drop();
    }
  }

  /** Closes the socket. */
  void close() {
    over();
    var _ = channel.close(); // The channel tells of it later.
  }

  /** Closes the socket so that the client cannot take it for the end of the response. */
  void abort() {
    if (writer.endsWithConnection()) {
      farewell.reset();
    }
    close();
  }

  /** Closes the socket with a reset. */
  void reset() {
    farewell.reset();
    close();
  }

  /** The socket is closed: frees what is held. */
  void over() {
    stage.close();
    intake.close();
    writer.close();
  }
}
