package dev.bearward.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Listening on a unix-domain socket; the client is the JDK's. */
class UnixSocketTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: api\r\n";
  private static final String LAST = "Connection: close\r\n\r\n";

  @TempDir private Path folder;
  private final RecordingForwarder forwarder = RecordingForwarder.ok();

  private UnixDomainSocketAddress address() {
    return UnixDomainSocketAddress.of(folder.resolve("bearward.sock"));
  }

  private TestServer start(EventLoops.Transport transport) throws ListenException {
    EventLoops loops = EventLoops.start(1, transport);
    try {
      return TestServer.on(address(), Gates.open(), forwarder, loops);
    } catch (ListenException e) {
      loops.close();
      throw e;
    }
  }

  private TestServer start() throws ListenException {
    return start(EventLoops.Transport.EPOLL);
  }

  private String exchange(String request) throws IOException {
    try (var client = SocketChannel.open(address())) {
      client.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)));
      var response = ByteBuffer.allocate(64 * 1024);
      int got = 0;
      while (got >= 0) {
        got = client.read(response);
      }
      return new String(response.array(), 0, response.position(), StandardCharsets.ISO_8859_1);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("requests come over a unix-domain socket, from what counts as 127.0.0.1")
  void listen_unix_serves(EventLoops.Transport transport) throws Exception {
    try (var _ = start(transport)) {
      assertThat(exchange(GET + "\r\n" + GET + LAST))
          .startsWith("HTTP/1.1 200")
          .matches("(?s).*HTTP/1\\.1 200.*HTTP/1\\.1 200.*");
      assertThat(forwarder.received).hasSize(2);
      var peer = forwarder.received.getLast().head.peer();
      assertThat(peer.address().getHostAddress()).isEqualTo("127.0.0.1");
      assertThat(peer.hop()).as("trusted by nobody who was not told so").isNull();
      assertThat(exchange("GET / HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200");
      assertThat(exchange("BAD\r\n\r\n")).startsWith("HTTP/1.1 400");
    }
    assertThat(address().getPath()).as("removed when the server is closed").doesNotExist();
  }

  @Test
  void listen_unix_onlyOwnerAndGroupMayConnect() throws Exception {
    try (var _ = start()) {
      assertThat(Files.getPosixFilePermissions(address().getPath()))
          .isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
    }
  }

  @Test
  void listen_leftoverOfAnotherProcess_isReplaced() throws Exception {
    try (var gone = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      gone.bind(address());
    }
    assertThat(address().getPath()).as("the JDK leaves it").exists();
    try (var _ = start()) {
      assertThat(exchange(GET + LAST)).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void listen_whereAnotherListens_isAnError() throws Exception {
    try (var other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(address());
      assertThatThrownBy(this::start)
          .isInstanceOf(ListenException.class)
          .hasMessageContaining("unix:" + address().getPath())
          .hasMessageContaining("another process listens there")
          .hasMessageContaining("expected:");
      assertThat(address().getPath()).exists();
    }
  }

  @Test
  void listen_whereAFileIs_isAnErrorAndKeepsIt() throws Exception {
    Files.writeString(address().getPath(), "precious");
    assertThatThrownBy(this::start)
        .isInstanceOf(ListenException.class)
        .hasMessageContaining("a file that is no socket is there");
    assertThat(address().getPath()).hasContent("precious");
  }

  @Test
  void listen_inAFolderThatIsNotThere_isAnError() {
    var nowhere = UnixDomainSocketAddress.of(folder.resolve("no/such.sock"));
    EventLoops loops = EventLoops.start(1);
    assertThatThrownBy(() -> TestServer.on(nowhere, Gates.open(), forwarder, loops))
        .isInstanceOf(ListenException.class)
        .hasMessageContaining("unix:" + nowhere.getPath());
    loops.close();
  }

  @Test
  void client_thatLeaves_freesItsPlace() throws Exception {
    try (var server = start()) {
      try (var client = SocketChannel.open(address())) {
        client.write(ByteBuffer.wrap(GET.getBytes(StandardCharsets.ISO_8859_1)));
        Eventually.await("one", () -> server.server().connections() == 1);
      }
      Eventually.await("none", () -> server.server().connections() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("the socket's file is never there with the rights that the process gives to files")
  void listen_neverOpenToOthers(EventLoops.Transport transport) throws Exception {
    var seen = new ConcurrentSkipListSet<String>();
    Thread watcher = Thread.ofPlatform().start(() -> watchRights(seen));
    for (int i = 0; i < 20; i++) {
      try (var _ = start(transport)) {
        assertThat(exchange(GET + LAST)).startsWith("HTTP/1.1 200");
        try (Stream<Path> files = Files.list(folder)) {
          assertThat(files).as("nothing is left beside it").containsExactly(address().getPath());
        }
      }
    }
    watcher.interrupt();
    watcher.join();
    assertThat(seen).isSubsetOf("bearward.sock rw-rw----", "folder rwx------");
  }

  /** Notes the rights of all that appears in the folder. */
  private void watchRights(Set<String> seen) {
    while (!Thread.interrupted()) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          boolean inner = Files.isDirectory(file);
          String name = inner ? "folder" : folder.relativize(file).toString();
          var rights = Files.getPosixFilePermissions(file);
          seen.add(name + " " + PosixFilePermissions.toString(rights));
        }
      } catch (IOException | UncheckedIOException e) {
        // Gone while it was looked at.
      }
    }
  }

  @Test
  void listen_boundButNotPublished_onlyTheOwnerGetsThere() throws Exception {
    var file = new SocketFile(address());
    Path berth = file.berth();
    Path inner = requireNonNull(berth.getParent());
    assertThat(Files.getPosixFilePermissions(inner))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(berth));
      assertThat(address().getPath()).doesNotExist();
      file.publish(berth);
      file.tidy();
      assertThat(inner).doesNotExist();
      try (var client = SocketChannel.open(address())) {
        assertThat(client.isConnected()).isTrue();
      }
    }
    file.remove();
    assertThat(address().getPath()).doesNotExist();
  }

  @Test
  void listen_anotherCameMeanwhile_isAnErrorAndKeepsIt() throws Exception {
    var file = new SocketFile(address());
    Path berth = file.berth();
    try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        var other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(berth));
      other.bind(address());
      assertThatThrownBy(() -> file.publish(berth))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("another process listens there");
      file.tidy();
      file.remove();
      assertThat(address().getPath()).as("the other's").exists();
    }
  }

  @Test
  void close_whereAnotherHasListenedSince_keepsItsFile() throws Exception {
    try (var other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      try (var _ = start()) {
        Files.delete(address().getPath());
        other.bind(address());
      }
      assertThat(address().getPath()).exists();
    }
  }

  @Test
  void listen_whereAnotherIsTooBusyToAccept_isAnError() throws Exception {
    var waiting = new ArrayList<SocketChannel>();
    try (var other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(address(), 1);
      for (boolean room = true; room; ) {
        var client = SocketChannel.open(StandardProtocolFamily.UNIX);
        waiting.add(client);
        client.configureBlocking(false);
        room = connects(client);
      }
      assertThatThrownBy(this::start)
          .isInstanceOf(ListenException.class)
          .hasMessageContaining("another process listens there");
    } finally {
      for (SocketChannel client : waiting) {
        client.close();
      }
    }
  }

  private boolean connects(SocketChannel client) {
    try {
      return client.connect(address());
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void listen_whereAPipeIs_isAnErrorAndKeepsIt() throws Exception {
    Path pipe = address().getPath();
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatThrownBy(this::start)
        .isInstanceOf(ListenException.class)
        .hasMessageContaining("a file that is no socket is there");
    assertThat(pipe).exists();
  }
}
