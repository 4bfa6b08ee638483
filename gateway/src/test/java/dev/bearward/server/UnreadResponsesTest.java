package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Conversation;
import dev.bearward.testing.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Responses that their clients do not take, and the memory for them (rules 136, 187). */
class UnreadResponsesTest {
  private static final long MIB = 1024 * 1024;
  private static final long FOR_RESPONSES = 4 * MIB;
  private static final MemoryLimits SMALL = new MemoryLimits(64 * MIB, FOR_RESPONSES, MIB, 1000);
  private static final MemoryLimits AMPLE = new MemoryLimits(64 * MIB, 1024 * MIB, MIB, 1000);
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final String ENDLESS = "/" + (1L << 30);

  private final List<AutoCloseable> clients = new ArrayList<>();
  private final RecordingForwarder upstream = RecordingForwarder.whenBegun(Producer::start);

  private void closeAll() throws Exception {
    for (AutoCloseable client : clients) {
      client.close();
    }
  }

  /** A client that asks for as much as there is and opens no window. */
  private RawHttp2 closedWindows(TestServer server) {
    var client = RawHttp2.connect(server, INITIAL_WINDOW_SIZE, 0);
    clients.add(client);
    for (int i = 0; i < Http2Bounds.MAX_STREAMS; i++) {
      client.request(2 * i + 1, true, "GET", ENDLESS);
    }
    return client;
  }

  private long cancelled() {
    return upstream.received.stream().filter(exchange -> exchange.cancelled).count();
  }

  @Test
  @DisplayName("2,000 streams with closed windows keep memory flat, and others are served")
  void streams_windowsClosed_keepMemoryFlat() throws Exception {
    try (var server = TestServer.in(SMALL, Gates.open(), upstream)) {
      long before = DirectMemory.used();
      for (int i = 0; i < 20; i++) {
        closedWindows(server);
        int begun = (i + 1) * Http2Bounds.MAX_STREAMS;
        Eventually.await("all begun", () -> upstream.received.size() == begun);
        assertThat(DirectMemory.used() - before).isLessThan(FOR_RESPONSES + 24 * MIB);
      }
      // 64 KiB of each would be 125 MiB.
      assertThat(cancelled()).isGreaterThan(1000);
      assertThat(server.exchange("GET /3000000 HTTP/1.1\r\nHost: h\r\n\r\n").body())
          .hasSize(3_000_000);
      try (var honest = RawHttp2.connect(server)) {
        honest.request(1, true, "GET", "/60000");
        assertThat(honest.response(1).body()).hasSize(60_000);
      }
    } finally {
      closeAll();
    }
  }

  @Test
  @DisplayName("one connection keeps no more than a mebibyte unread, and its other streams go on")
  void connection_windowsClosed_isBounded() throws Exception {
    try (var server = TestServer.in(AMPLE, Gates.open(), upstream)) {
      var client = RawHttp2.connect(server, INITIAL_WINDOW_SIZE, 0);
      clients.add(client);
      int unread = Http2Bounds.MAX_STREAMS - 1;
      for (int i = 0; i < unread; i++) {
        client.request(2 * i + 1, true, "GET", ENDLESS);
      }
      int last = 2 * unread + 1;
      client.request(last, true, "GET", "/200000");
      client.window(last, 1 << 20);
      client.window(0, 1 << 20);
      assertThat(client.response(last).body()).as("not starved by the others").hasSize(200_000);
      long kept = Http2Bounds.MAX_UNREAD / (64 * 1024);
      Eventually.await("those beyond cut off", () -> cancelled() >= unread - kept);
      assertThat(cancelled()).isBetween(unread - kept, unread - kept + 2);
      Eventually.await("all told", () -> server.listener().finished.size() >= 1 + unread - kept);
      assertThat(server.listener().finished)
          .filteredOn(outcome -> !outcome.complete())
          .hasSizeBetween((int) (unread - kept), (int) (unread - kept) + 2);
    } finally {
      closeAll();
    }
  }

  @Test
  @DisplayName("HTTP/1.1: responses that wait in their connections are within the same bound")
  void connections_unread_keepMemoryFlat() throws Exception {
    try (var server = TestServer.in(SMALL, Gates.open(), upstream)) {
      long before = DirectMemory.used();
      for (int i = 0; i < 200; i++) {
        clients.add(deaf(server));
        assertThat(DirectMemory.used() - before).isLessThan(FOR_RESPONSES + 24 * MIB);
      }
      Eventually.await("some are cut off", () -> cancelled() > 50);
      assertThat(server.exchange("GET /3000000 HTTP/1.1\r\nHost: h\r\n\r\n").body())
          .hasSize(3_000_000);
    } finally {
      closeAll();
    }
  }

  private static Conversation deaf(TestServer server) throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(8 * 1024);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    var wire = new Conversation(socket);
    wire.send("GET " + ENDLESS + " HTTP/1.1\r\nHost: h\r\n\r\n");
    return wire;
  }
}
