package dev.bearward.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.util.Arrays;

/** Answers with as many bytes as the path says, as fast as the client takes them, never faster. */
final class Producer {
  private static final int PART = 64 * 1024;

  private final RecordingForwarder.Received exchange;
  private final long total;
  private volatile long produced;
  private volatile boolean stopped;

  private Producer(RecordingForwarder.Received exchange) {
    this.exchange = exchange;
    this.total = Long.parseLong(exchange.head.path().value().substring(1));
  }

  /** Begins; to be called on the exchange's loop. */
  static Producer start(RecordingForwarder.Received exchange) {
    var producer = new Producer(exchange);
    exchange.whenWritable = producer::goOn;
    exchange.response.head(200, "OK", new DefaultHttpHeaders(), producer.total);
    producer.goOn();
    return producer;
  }

  private void goOn() {
    stopped = false;
    long soFar = produced;
    while (soFar < total && exchange.response.isWritable()) {
      int size = (int) Math.min(PART, total - soFar);
      soFar += size;
      produced = soFar;
      exchange.response.body(ByteBufAllocator.DEFAULT.directBuffer(size).writeBytes(text(size)));
    }
    if (soFar == total) {
      exchange.response.end(EmptyHttpHeaders.INSTANCE);
    }
    stopped = true;
  }

  private static byte[] text(int size) {
    byte[] octets = new byte[size];
    Arrays.fill(octets, (byte) 'x');
    return octets;
  }

  /** Whether it waits for the client. */
  boolean stopped() {
    return stopped;
  }

  long produced() {
    return produced;
  }
}
