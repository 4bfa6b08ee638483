package dev.bearward.server;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a unix-domain socket that is listened on: what may stand in its way, who may use it.
 */
final class SocketFile {
  private static final Logger LOG = LoggerFactory.getLogger(SocketFile.class);

  /** Owner and group may connect, which takes the right to write. */
  private static final String PERMISSIONS = "rw-rw----";

  private final Path path;

  SocketFile(UnixDomainSocketAddress address) {
    this.path = address.getPath();
  }

  /** Removes what another process has left behind, and nothing else. */
  void makeRoom() throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    var kind = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!kind.isOther()) {
      throw new FileSystemException(path.toString(), null, "a file that is no socket is there");
    }
    if (somebodyListens()) {
      throw new FileSystemException(path.toString(), null, "another process listens there");
    }
    Files.delete(path);
  }

  private boolean somebodyListens() throws IOException {
    try (var probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return probe.isConnected();
    } catch (ConnectException e) {
      return false;
    }
  }

  /** Nobody listens any more. */
  void remove() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("listen: {} could not be removed: {}", path, e.getMessage());
    }
  }

  /** Lets owner and group connect. */
  void restrict() throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(PERMISSIONS));
  }
}
