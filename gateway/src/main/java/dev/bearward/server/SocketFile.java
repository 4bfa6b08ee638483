package dev.bearward.server;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a unix-domain socket that is listened on: what may stand in its way, who may use it.
 * A socket gets its file, with whatever rights the process gives, when it is bound, and takes
 * connections from then on. So it is bound in a folder that nobody else may enter, and appears
 * under its name when its rights are right.
 */
final class SocketFile {
  private static final Logger LOG = LoggerFactory.getLogger(SocketFile.class);

  /** Owner and group may connect, which takes the right to write. */
  private static final String PERMISSIONS = "rw-rw----";

  private static final String OWNER_ONLY = "rwx------";

  /** Of a file's mode: its kind, and the kind that is a socket (inode(7)). */
  private static final int KIND = 0170000;

  private static final int SOCKET = 0140000;

  /** Folders left behind by processes that were killed while they began. */
  private static final int MOST_LEFT_BEHIND = 100;

  private final Path path;
  private @Nullable Path folder;
  private @Nullable Object key;

  SocketFile(UnixDomainSocketAddress address) {
    this.path = address.getPath().toAbsolutePath();
  }

  /** Removes what another process has left behind, and nothing else. */
  void makeRoom() throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if ((mode & KIND) != SOCKET) {
      throw fault("a file that is no socket is there");
    }
    if (somebodyListens()) {
      throw fault("another process listens there");
    }
    Files.delete(path);
  }

  private FileSystemException fault(String why) {
    return new FileSystemException(path.toString(), null, why);
  }

  /** Does not wait for one that listens and is too busy to accept. */
  private boolean somebodyListens() throws IOException {
    try (var probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.configureBlocking(false);
      var _ = probe.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (ConnectException e) {
      return false;
    } catch (SocketException e) { // It is busy, or we may not.
      throw fault("another process listens there: " + e.getMessage());
    }
  }

  /** The path to bind the socket to. */
  Path berth() throws IOException {
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY));
    String name = ".b" + Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);
    for (int i = 0; i < MOST_LEFT_BEHIND; i++) {
      try {
        Path made = Files.createDirectory(path.resolveSibling(name + i), owner);
        folder = made;
        return made.resolve("s");
      } catch (FileAlreadyExistsException e) {
        // Left behind, or another listener's.
      } catch (NoSuchFileException e) {
        throw fault("its folder is not there");
      } catch (AccessDeniedException e) {
        throw fault("its folder cannot be written to");
      }
    }
    throw fault("too many folders " + name + "… are beside it");
  }

  /** Lets owner and group connect, from now on. */
  void publish(Path bound) throws IOException {
    Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString(PERMISSIONS));
    key = key(bound);
    try {
      Files.createLink(path, bound); // Unlike a move it never replaces what came meanwhile.
    } catch (FileAlreadyExistsException e) {
      throw fault("another process listens there");
    } catch (FileSystemException | UnsupportedOperationException e) {
      Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE); // A file system without links.
    }
  }

  /** Removes what it took to begin. */
  void tidy() {
    Path made = folder;
    if (made != null) {
      delete(made.resolve("s"));
      delete(made);
    }
  }

  /** Nobody listens any more; a file that another has put there since stays. */
  void remove() {
    try {
      if (key != null && key.equals(key(path))) {
        delete(path);
      }
    } catch (NoSuchFileException e) {
      // Somebody was quicker.
    } catch (IOException e) {
      LOG.warn("listen: {} could not be looked at: {}", path, e.getMessage());
    }
  }

  private static @Nullable Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("listen: {} could not be removed: {}", file, e.getMessage());
    }
  }
}
