package dev.bearward.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.testing.SteppedTime;
import dev.bearward.token.Revocation;
import dev.bearward.token.Revocation.By;
import dev.bearward.token.Revocations;
import dev.bearward.token.Revocations.Added;
import dev.bearward.token.Revocations.Durable;
import dev.bearward.token.Revocations.InMemory;
import dev.bearward.token.VerifiedTokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class LocalRevocationsTest {
  @TempDir private Path folder;

  private final SteppedTime time = new SteppedTime();
  private final Instant end = time.instant().plus(Duration.ofDays(1));
  private final List<String> heard = new CopyOnWriteArrayList<>();

  private Path file() {
    return folder.resolve("revoked.json");
  }

  private LocalRevocations open() throws IOException {
    return LocalRevocations.open(
        new RevocationSettings(file()),
        time,
        time,
        new RevocationListener() {
          @Override
          public void began(int count) {
            heard.add("began " + count);
          }

          @Override
          public void revoked(Revocation inForce) {
            heard.add("revoked " + inForce.name());
          }

          @Override
          public void persisted() {
            heard.add("persisted");
          }

          @Override
          public void notPersisted(String reason) {
            heard.add("not persisted");
          }
        },
        1_000);
  }

  private Revocation token(String jti) {
    return new Revocation(By.TOKEN_ID, jti, null, null, end);
  }

  private static Added added(Revocations to, Revocation revocation) {
    return to.add(revocation).toCompletableFuture().join();
  }

  @Test
  @DisplayName("revocation: durable means that the next start has it, whatever the name holds")
  void add_durable_isThereAfterARestart() throws IOException {
    List<Revocation> all =
        List.of(
            token("one"),
            token("\"quoted\"\n\\ \u00e9 \ud83d\ude00 </script>"),
            new Revocation(By.SUBJECT, "alice", "auth0", time.instant().plusMillis(123), end),
            new Revocation(By.CLIENT, "spa", null, time.instant(), end));
    LocalRevocations first = open();
    for (Revocation revocation : all) {
      assertThat(added(first, revocation)).isEqualTo(new Durable(revocation));
    }
    assertThat(open().all()).containsExactlyInAnyOrderElementsOf(all);
    assertThat(heard).contains("began 0", "began 4").doesNotContain("not persisted");
    assertThat(Files.readAllLines(file())).hasSize(all.size() + 2);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  @DisplayName("revocation: it holds before the file is written")
  void add_effectiveAtOnce_beforeTheFile() throws IOException {
    LocalRevocations revocations = open();
    var gate = new CompletableFuture<Void>();
    time.execute(gate::join);
    CompletionStage<Added> adding = revocations.add(token("one"));
    assertThat(revocations.deny(VerifiedTokens.alice().tokenId("one").build())).isTrue();
    assertThat(adding.toCompletableFuture()).isNotDone();
    gate.complete(null);
    assertThat(adding.toCompletableFuture().join()).isInstanceOf(Durable.class);
  }

  @Test
  @DisplayName("revocation: many at a time are written together, and each is durable")
  void add_manyAtATime_areWrittenTogether() throws IOException {
    LocalRevocations revocations = open();
    var gate = new CompletableFuture<Void>();
    time.execute(gate::join);
    List<CompletableFuture<Added>> adding =
        IntStream.range(0, 500)
            .mapToObj(i -> revocations.add(token("t" + i)).toCompletableFuture())
            .toList();
    gate.complete(null);
    assertThat(adding).allMatch(stage -> stage.join() instanceof Durable);
    assertThat(heard.stream().filter("persisted"::equals).count()).isEqualTo(1);
    assertThat(open().all()).hasSize(500);
  }

  @Test
  @DisplayName("revocation: a file that cannot be written is told, tried again, and made up for")
  void add_fileNotWritable_isToldAndTriedAgain() throws IOException {
    LocalRevocations revocations = open();
    Path obstacle = Files.createDirectory(folder.resolve("revoked.json.new"));
    Added added = added(revocations, token("one"));
    assertThat(added)
        .isInstanceOfSatisfying(
            InMemory.class,
            told -> assertThat(told.why()).startsWith("the file could not be written: "));
    assertThat(revocations.deny(VerifiedTokens.alice().tokenId("one").build())).isTrue();
    assertThat(time.untilNext()).hasValue(LocalRevocations.RETRY);
    time.advance(LocalRevocations.RETRY);
    assertThat(heard.stream().filter("not persisted"::equals).count()).isEqualTo(2);
    Files.delete(obstacle);
    time.advance(LocalRevocations.RETRY);
    assertThat(heard).endsWith("persisted");
    assertThat(time.untilNext()).isEmpty();
    assertThat(open().all()).containsExactly(token("one"));
  }

  @Test
  @DisplayName("revocation: closing writes what the file lacks")
  void close_withUnsaved_writes() throws IOException {
    LocalRevocations revocations = open();
    Path obstacle = Files.createDirectory(folder.resolve("revoked.json.new"));
    assertThat(added(revocations, token("one"))).isInstanceOf(InMemory.class);
    Files.delete(obstacle);
    revocations.close();
    assertThat(open().all()).containsExactly(token("one"));
  }

  @Test
  @DisplayName("revocation: without a file it holds in memory, and the answer says so")
  void add_withoutFile_isNotDurable() throws IOException {
    try (LocalRevocations revocations =
        LocalRevocations.open(new RevocationSettings(null), time, time, RevocationListener.NONE)) {
      assertThat(added(revocations, token("one")))
          .isEqualTo(new InMemory(token("one"), "revocation.persist is not set"));
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  @DisplayName("revocation: what has ended is dropped at the start, nothing else")
  void open_afterTheEnd_dropsIt() throws IOException {
    LocalRevocations revocations = open();
    Revocation longer =
        new Revocation(By.TOKEN_ID, "two", null, null, end.plus(Duration.ofDays(1)));
    assertThat(added(revocations, token("one"))).isInstanceOf(Durable.class);
    assertThat(added(revocations, longer)).isInstanceOf(Durable.class);
    time.advance(Duration.ofDays(1).plus(Duration.ofMinutes(5)));
    assertThat(open().all()).containsExactly(longer);
    assertThat(Files.readString(file())).doesNotContain("one");
  }

  @ParameterizedTest
  @DisplayName("revocation: a broken file keeps the gateway from starting, and stays as it is")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "                                            | line 1: no object",
        "[]                                          | line 1: no object",
        "revoked                                     | line 1: not the JSON",
        "{\"version\":1,\"revocations\":[            | line 1: not the JSON",
        "{\"version\":1,\"revocations\":[]           | line 1: not the JSON",
        "{\"version\":1,\"revocations\":[]}~{}       | not whole",
        "{\"version\":1}                             | not whole",
        "{\"revocations\":[]}                        | not whole",
        "{\"version\":2,\"revocations\":[]}          | version (expected: 1)",
        "{\"version\":1,\"revocations\":{}}          | revocations (expected: a list)",
        "{\"version\":1,\"revocations\":[7]}         | revocations (expected: a list of objects)",
        "{\"version\":1,\"more\":0,\"revocations\":[]} | more: unknown",
        "{\"version\":1,\"revocations\":[~{\"jti\":\"a\",\"expiresAt\":1799999999},~{\"jti\":\"a\"}]} | line 3: expiresAt: missing",
        "{\"version\":1,\"revocations\":[~{\"jti\":\"a\",\"expiresAt\":1799999999,\"only\":1}]} | line 2: only: unknown",
      })
  void open_brokenFile_refusesToStart(String text, String problem) throws IOException {
    String content = text == null ? "" : text.replace('~', '\n');
    Files.writeString(file(), content);
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("revocation.persist: " + file())
        .hasMessageContaining(problem)
        .hasMessageContaining("left as it is");
    assertThat(file()).hasContent(content);
    assertThat(folder.resolve("revoked.json.new")).doesNotExist();
  }

  @Test
  @DisplayName("revocation: a file cut off anywhere is refused at every length")
  void open_cutOff_refusesToStart() throws IOException {
    LocalRevocations revocations = open();
    assertThat(added(revocations, token("one"))).isInstanceOf(Durable.class);
    assertThat(added(revocations, token("two"))).isInstanceOf(Durable.class);
    byte[] whole = Files.readAllBytes(file());
    List<Integer> accepted = new ArrayList<>();
    for (int length = 0; length < whole.length - 1; length++) {
      Files.write(file(), java.util.Arrays.copyOf(whole, length));
      try {
        open();
        accepted.add(length);
      } catch (IOException expected) {
        assertThat(expected).hasMessageContaining("revoked.json");
      }
    }
    // The last but one is the newline behind the object.
    assertThat(accepted).isEmpty();
  }

  @Test
  @DisplayName("revocation: bytes that are no UTF-8, a folder, or too many keep it from starting")
  void open_unusableFile_refusesToStart() throws IOException {
    Files.write(file(), "{\"version\":1,\"\u00e9\":1}".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(this::open).hasMessageContaining("revoked.json");
    var text = new StringBuilder("{\"version\":1,\"revocations\":[");
    for (int i = 0; i <= 1_000; i++) {
      text.append(i == 0 ? "" : ",").append(RevocationForm.write(token("t" + i)));
    }
    Files.writeString(file(), text.append("]}"));
    assertThatThrownBy(this::open).hasMessageContaining("at most 1000 revocations");
    assertThat(file()).hasContent(text.toString());
    Files.delete(file());
    Files.createDirectory(file());
    assertThatThrownBy(this::open).hasMessageContaining("revoked.json");
  }

  @Test
  @DisplayName(
      "revocation: a folder that cannot be written shows at the start, not at the first use")
  void open_notReplaceable_refusesToStart() throws IOException {
    Files.createDirectory(folder.resolve("revoked.json.new"));
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected: a file that can be replaced in its folder");
    assertThatThrownBy(() ->
            LocalRevocations.open(
                new RevocationSettings(folder.resolve("no/such/folder.json")),
                time,
                time,
                RevocationListener.NONE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no/such/folder.json");
  }

  @Test
  @DisplayName("revocation: a link is followed and stays a link")
  void save_throughLink_replacesItsTarget() throws IOException {
    Path target = Files.createDirectory(folder.resolve("data")).resolve("real.json");
    Files.writeString(target, "{\"version\":1,\"revocations\":[]}");
    Files.createSymbolicLink(file(), target);
    assertThat(added(open(), token("one"))).isInstanceOf(Durable.class);
    assertThat(file()).isSymbolicLink();
    assertThat(Files.readString(target)).contains("one");
  }
}
