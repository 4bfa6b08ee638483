package dev.bearward.jwks;

import static dev.bearward.testing.ScriptedServer.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bearward.testing.TestKey;
import dev.bearward.token.KeySource.Found;
import dev.bearward.token.KeySource.Unavailable;
import dev.bearward.token.KeySource.Unknown;
import dev.bearward.token.VerificationKey;
import dev.bearward.token.VerificationKey.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Key sets in files: as the source, and as the last good one of an issuer. */
@Timeout(60)
class KeySetFileTest {
  private static final Duration POLL = Duration.ofSeconds(5);
  private static final TestKey ONE = Rig.key("one");
  private static final TestKey TWO = Rig.key("two");

  @TempDir private Path folder = Path.of("");
  private Path file = folder;
  private Rig rig = new Rig();

  @BeforeEach
  void name() {
    file = folder.resolve("keys.json");
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @DisplayName("rule 57: a changed file is read again, a removed key refused")
  void file_changed_readAgain() throws IOException {
    Files.writeString(file, Rig.jwks(ONE));
    rig.start(fromFile());
    VerificationKey removed = rig.found("one");

    Files.writeString(file, Rig.jwks(TWO));
    rig.pass(POLL, POLL);

    assertThat(rig.found("two").keyId()).isEqualTo("two");
    assertThat(removed.standing(rig.time.millis())).isEqualTo(Standing.RETIRED);
  }

  @Test
  @DisplayName("rule 57: a swapped link is seen, whatever the times and sizes of the files")
  void file_linkSwapped_readAgain() throws IOException {
    Path first = Files.writeString(folder.resolve("first"), Rig.jwks(ONE));
    Path second = Files.writeString(folder.resolve("second"), Rig.jwks(TWO));
    Files.setLastModifiedTime(second, Files.getLastModifiedTime(first));
    Files.createSymbolicLink(file, first);
    rig.start(fromFile());

    Files.delete(file);
    Files.createSymbolicLink(file, second);
    rig.pass(POLL, POLL);

    assertThat(rig.found("two").keyId()).isEqualTo("two");
  }

  @Test
  @DisplayName("rule 55: a broken or missing file leaves the last good keys until staleFor")
  void file_brokenOrGone_lastGoodKept() throws IOException {
    Files.writeString(file, Rig.jwks(ONE));
    rig.start(fromFile());
    VerificationKey key = rig.found("one");

    Files.writeString(file, "{\"keys\":[");
    rig.pass(POLL, POLL);
    assertThat(rig.find("one")).isInstanceOf(Found.class);
    assertThat(rig.view("a").lastError()).startsWith(file + ": no JWK set");

    Files.delete(file);
    rig.passToNextFetch();
    assertThat(rig.find("one")).isInstanceOf(Found.class);
    assertThat(rig.view("a").lastError()).contains("NoSuchFileException");

    rig.time.advance(Rig.STALE_FOR);
    rig.awaitIdle();
    assertThat(rig.find("one")).isInstanceOf(Unavailable.class);

    Files.writeString(file, Rig.jwks(ONE));
    rig.passToNextFetch();
    assertThat(rig.found("one")).isSameAs(key);
  }

  @Test
  @DisplayName("an unchanged file keeps its keys fresh, and says so to nobody")
  void file_unchanged_staysFresh() throws IOException {
    Files.writeString(file, Rig.jwks(ONE));
    rig.start(fromFile());
    rig.pass(Rig.STALE_FOR.multipliedBy(2), Duration.ofMinutes(1));

    assertThat(rig.found("one").standing(rig.time.millis())).isEqualTo(Standing.LIVE);
    assertThat(rig.heard).containsExactly("a generation 1 [one]", "a fetched 1");
  }

  @Test
  @DisplayName("rule 53: a file has the size limit too")
  void file_tooLong_refused() throws IOException {
    Files.writeString(file, Rig.jwks(ONE) + " ".repeat(RemoteKeys.MAX_BYTES));
    rig.start(fromFile());

    assertThat(rig.view("a").lastError()).contains("too long");
  }

  @Test
  @DisplayName("rule 54: an unknown key id reads the file once, before the next look at it")
  void file_unknownKeyId_readsAtOnce() throws IOException {
    Files.writeString(file, Rig.jwks(ONE));
    rig.start(fromFile());
    Files.writeString(file, Rig.jwks(ONE, TWO));

    assertThat(rig.found("two").keyId()).isEqualTo("two");
  }

  @Test
  @DisplayName("rule 56: a saved key set serves a start without the issuer")
  void persist_coldStartWithoutIssuer_serves() throws IOException {
    rig.publish(ONE).start(persisting("/jwks"));
    Instant saved = rig.time.instant();
    assertThat(leftOvers()).containsExactly("keys.json");
    restart(Duration.ofMinutes(10));

    assertThat(rig.found("one").jwk()).isEqualTo(ONE.publicJwk());
    assertThat(rig.view("a").lastError()).contains("status 500");
    assertThat(rig.view("a").fetchedAt()).isEqualTo(saved);
    assertThat(rig.found("one").standing(saved.plus(Rig.STALE_FOR).toEpochMilli() - 1))
        .isEqualTo(Standing.LIVE);
    assertThat(rig.found("one").standing(saved.plus(Rig.STALE_FOR).toEpochMilli()))
        .isEqualTo(Standing.STALE);
  }

  @Test
  @DisplayName("regression: only its owner reads and writes it, and a link is not followed")
  void persist_file_isTheOwnersOnly() throws IOException {
    assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "POSIX");
    Path victim = Files.writeString(folder.resolve("victim"), "untouched");
    Path target = Objects.requireNonNull(persisting("/jwks").refresh().persist());
    Files.createSymbolicLink(target.resolveSibling(target.getFileName() + ".new"), victim);
    rig.publish(ONE).start(persisting("/jwks"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(victim)).isEqualTo("untouched");
  }

  @Test
  @DisplayName("rule 55: a saved key set is as old as it was: past staleFor it does not serve")
  void persist_coldStartTooLate_unavailable() {
    rig.publish(ONE).start(persisting("/jwks"));
    restart(Rig.STALE_FOR);

    assertThat(rig.find("one")).isInstanceOf(Unavailable.class);
  }

  @Test
  @DisplayName("rule 57: keys that were withdrawn do not come back from the file")
  void persist_withdrawnKeys_doNotComeBack() {
    rig.publish(ONE, TWO).start(persisting("/jwks"));
    rig.publish(TWO);
    rig.passToNextFetch();
    restart(Duration.ofMinutes(1));

    assertThat(rig.found("two").keyId()).isEqualTo("two");
    assertThat(rig.find("one")).isInstanceOf(Unavailable.class);
  }

  @Test
  @DisplayName("a saved key set is replaced by the issuer's at once, its keys keep their identity")
  void persist_issuerUp_replaced() {
    rig.publish(ONE).start(persisting("/jwks"));
    rig.keys().close();
    rig.publish(ONE, TWO).start(persisting("/jwks"));

    assertThat(rig.found("two").keyId()).isEqualTo("two");
    assertThat(rig.view("a").generation()).isEqualTo(2);
    assertThat(rig.find("three")).isInstanceOf(Unknown.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"keys\":[",
        "{\"keys\":[]}",
        "{\"issuer\":\"https://other.example\",\"fetchedAt\":\"2026-01-01T00:00:00Z\",\"keys\":[]}",
        "{\"issuer\":\"ISSUER\",\"fetchedAt\":\"yesterday\",\"keys\":[]}",
        "{\"issuer\":\"ISSUER\",\"keys\":[]}",
        "{\"issuer\":\"ISSUER\",\"fetchedAt\":\"2026-01-01T00:00:00Z\"}",
      })
  @DisplayName(
      "rule 60: a saved file that is not ours is not used, and does not keep it from starting")
  void persist_strangeFile_notUsed(String text) throws IOException {
    KeySetSettings settings = persisting("/down");
    Files.writeString(file, text.replace("ISSUER", settings.issuer()));
    rig.server.on("/down", answer(500, null, ""));
    rig.start(settings);

    assertThat(rig.find("one")).isInstanceOf(Unavailable.class);
    assertThat(rig.heard.getFirst()).startsWith("a not persisted ").contains(file.toString());
  }

  @Test
  @DisplayName("a saved time ahead of the clock does not stretch staleFor")
  void persist_savedAhead_countsFromNow() throws IOException {
    KeySetSettings settings = persisting("/down");
    rig.server.on("/down", answer(500, null, ""));
    String ahead = rig.time.instant().plus(Duration.ofDays(365)).toString();
    Files.writeString(
        file,
        Rig.jwks(ONE)
            .replaceFirst(
                "\\{",
                "{\"issuer\":\"" + settings.issuer() + "\",\"fetchedAt\":\"" + ahead + "\","));
    rig.start(settings);

    assertThat(rig.found("one").standing(rig.time.millis() + Rig.STALE_FOR.toMillis()))
        .isEqualTo(Standing.STALE);
  }

  @Test
  void persist_unwritable_toldAndKeysServe() {
    file = folder.resolve("none").resolve("keys.json");
    rig.publish(ONE).start(persisting("/jwks"));

    assertThat(rig.found("one").keyId()).isEqualTo("one");
    assertThat(rig.heard).anyMatch(line -> line.startsWith("a not persisted "));
  }

  /** A new process, later, while the issuer is down. */
  private void restart(Duration later) {
    Instant then = rig.time.instant().plus(later);
    int port = rig.server.port();
    rig.close();
    rig = new Rig();
    rig.time.advance(Duration.between(rig.time.instant(), then));
    rig.server.on("/jwks", answer(500, null, ""));
    KeySetSettings settings = persisting("/jwks");
    String sameIssuer = settings.issuer().replace(":" + rig.server.port(), ":" + port);
    rig.start(
        new KeySetSettings(
            "a", sameIssuer, settings.location(), false, settings.refresh(), settings.http()));
  }

  private Stream<String> leftOvers() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).toList().stream();
    }
  }

  private KeySetSettings fromFile() {
    return rig.at("a", new KeySetSettings.File(file), null);
  }

  private KeySetSettings persisting(String path) {
    return rig.at("a", new KeySetSettings.Url(rig.uri(path)), file);
  }
}
