package dev.bearward.revocation;

import dev.bearward.token.Revocation;
import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * The file of revocations: a JSON object with its version and the revocations, one a line. Replaced
 * as a whole or not at all; a file that cannot be read to its end is left as it is.
 */
final class RevocationFile {
  private static final int VERSION = 1;
  private static final int BUFFER = 64 * 1024;

  private final Path file;

  RevocationFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  /**
   * The revocations in the file; none when there is no file yet.
   *
   * @throws IOException when the file cannot be read or holds anything else; the message names it
   */
  List<Revocation> load() throws IOException {
    try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8);
        JsonParser parser = RevocationForm.JSON.createParser(ObjectReadContext.empty(), text)) {
      return whole(parser);
    } catch (NoSuchFileException notYet) {
      return List.of();
    } catch (JacksonException malformed) {
      if (malformed.getCause() instanceof IOException unreadable
          && !(unreadable instanceof MalformedInputException)) {
        throw unusable("cannot be read: " + unreadable);
      }
      var at = malformed.getLocation();
      throw unusable("line " + (at == null ? 1 : at.getLineNr()) + ": not the JSON it was");
    } catch (IOException unreadable) {
      throw unusable("cannot be read: " + unreadable);
    }
  }

  private List<Revocation> whole(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw bad(parser, "no object");
    }
    boolean versioned = false;
    List<Revocation> revocations = null;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken token = parser.nextToken();
      switch (name) {
        case "version" -> {
          versioned = token == JsonToken.VALUE_NUMBER_INT && parser.getIntValue() == VERSION;
          if (!versioned) {
            throw bad(parser, "version (expected: " + VERSION + ")");
          }
        }
        case "revocations" -> revocations = list(parser, token);
        default -> throw bad(parser, name + ": unknown");
      }
    }
    if (!versioned || revocations == null || parser.nextToken() != null) {
      throw bad(parser, "not whole (expected: version and revocations)");
    }
    return revocations;
  }

  private List<Revocation> list(JsonParser parser, JsonToken begin) throws IOException {
    if (begin != JsonToken.START_ARRAY) {
      throw bad(parser, "revocations (expected: a list)");
    }
    var revocations = new ArrayList<Revocation>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw bad(parser, "revocations (expected: a list of objects)");
      }
      switch (RevocationForm.read(parser)) {
        case RevocationForm.Good(Revocation revocation) -> revocations.add(revocation);
        case RevocationForm.Bad(String problem) -> throw bad(parser, problem);
      }
    }
    return revocations;
  }

  private IOException bad(JsonParser parser, String what) {
    return unusable("line " + parser.currentLocation().getLineNr() + ": " + what);
  }

  private IOException unusable(String why) {
    return new IOException(
        "revocation.persist: "
            + file
            + " (expected: the revocations saved in it; "
            + why
            + "; it is left as it is)");
  }

  /** Replaces the file; when this returns, a crash of the machine does not undo it. */
  void save(List<Revocation> revocations) throws IOException {
    Path target = Files.exists(file) ? file.toRealPath() : file;
    Path fresh = target.resolveSibling(target.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE),
            ownerOnly(fresh))) {
      write(revocations, channel);
      channel.force(true);
    }
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceFolder(target);
  }

  /** It names people. */
  private static FileAttribute<?>[] ownerOnly(Path fresh) {
    return fresh.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static void write(List<Revocation> revocations, FileChannel channel) throws IOException {
    var text = new StringBuilder("{\"version\":" + VERSION + ",\"revocations\":[");
    Iterator<Revocation> all = revocations.iterator();
    while (all.hasNext()) {
      text.append('\n').append(RevocationForm.write(all.next())).append(all.hasNext() ? "," : "\n");
      if (text.length() > BUFFER) {
        write(text, channel);
      }
    }
    write(text.append("]}\n"), channel);
  }

  private static void write(StringBuilder text, FileChannel channel) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    text.setLength(0);
  }

  /** The new name is in the folder, which is written by itself. */
  private static void forceFolder(Path target) throws IOException {
    Path folder = target.getParent();
    try (FileChannel channel =
        FileChannel.open(folder == null ? target : folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
