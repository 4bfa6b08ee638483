package dev.bearward.jwks;

import com.nimbusds.jose.jwk.JWK;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The last good key set of one issuer in a file, for a start without the issuer: a JWK set with two
 * more members, {@code issuer} and {@code fetchedAt}. Replaced as a whole or not at all.
 */
final class SavedKeys {
  private static final JsonFactory FACTORY = new JsonFactory();

  private static final Set<OpenOption> FRESH =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

  private static final Set<PosixFilePermission> OWNERS_ONLY =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path file;
  private final String issuer;

  SavedKeys(Path file, String issuer) {
    this.file = file;
    this.issuer = issuer;
  }

  /** A key set and when the issuer was asked for it. */
  record Saved(Fetched.Keys keys, Instant fetchedAt) {}

  /**
   * The saved key set, or empty when none was saved yet.
   *
   * @throws IOException when the file cannot be read, or is not one saved for this issuer
   */
  Optional<Saved> load() throws IOException {
    byte[] json;
    try (InputStream in = Files.newInputStream(file)) {
      json = in.readNBytes(RemoteKeys.MAX_BYTES);
    } catch (NoSuchFileException notYet) {
      return Optional.empty();
    }
    Map<?, ?> members = Json.object(json).orElseThrow(() -> unusable("JSON"));
    if (!issuer.equals(members.get("issuer"))) {
      throw unusable("issuer " + issuer);
    }
    if (!(KeySetReader.read(file.toString(), json, null) instanceof Fetched.Keys keys)) {
      throw unusable("a JWK set");
    }
    return Optional.of(new Saved(keys, time(members.get("fetchedAt"))));
  }

  /** Saves a key set, which may be empty: keys that were withdrawn must not come back. */
  void save(List<JWK> keys, Instant fetchedAt) throws IOException {
    Path target = file.toAbsolutePath();
    Path fresh = target.resolveSibling(target.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try (FileChannel channel = FileChannel.open(fresh, FRESH, ownersOnly(target))) {
      ByteBuffer bytes = ByteBuffer.wrap(json(keys, fetchedAt));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Whoever may write the file says which keys are good, so only its owner may. */
  private static FileAttribute<?>[] ownersOnly(Path target) {
    return target.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNERS_ONLY)}
        : new FileAttribute<?>[0];
  }

  private byte[] json(List<JWK> keys, Instant fetchedAt) {
    var out = new ByteArrayOutputStream();
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
      generator.writeStartObject();
      generator.writeStringProperty("issuer", issuer);
      generator.writeStringProperty("fetchedAt", fetchedAt.toString());
      generator.writeArrayPropertyStart("keys");
      keys.forEach(key -> generator.writeRawValue(key.toPublicJWK().toJSONString()));
      generator.writeEndArray();
      generator.writeEndObject();
    }
    return out.toByteArray();
  }

  private Instant time(@Nullable Object text) throws IOException {
    try {
      return Instant.parse(String.valueOf(text));
    } catch (DateTimeException notATime) {
      throw unusable("fetchedAt");
    }
  }

  private IOException unusable(String expected) {
    return new IOException(file + ": not a key set saved here (expected: " + expected + ")");
  }
}
