package dev.bearward.jwks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.outbound.OutboundSettings;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.TestKey;
import dev.bearward.token.KeySource;
import dev.bearward.token.VerificationKey;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Key sets of one configuration after those of another. */
class KeySetChangeTest {
  private static final URI PROXY = URI.create("http://127.0.0.1:9");
  private static final TestKey KEY = Rig.key("k1");

  private static VerificationKey found(KeySource keys) {
    return switch (keys.find("a", "k1")) {
      case KeySource.Found(List<VerificationKey> all) -> all.getFirst();
      case KeySource.Lookup other -> throw new AssertionError(other);
    };
  }

  @Test
  @DisplayName("the same settings: the same keys, and no fetch for the change")
  void next_sameSettings_keepsKeys() throws Exception {
    try (var rig = new Rig().publish(KEY).start()) {
      VerificationKey before = found(rig.keys());
      KeySets next = rig.keys().next(List.of(rig.at("a", "/jwks")));
      next.start();
      rig.keys().endFor(next);
      rig.time.settle();
      assertThat(found(next)).isSameAs(before);
      assertThat(rig.fetches()).isOne();
      rig.passToNextFetch();
      assertThat(rig.fetches()).as("its life-cycle goes on").isEqualTo(2);
    }
  }

  @Test
  @DisplayName("other times, the same place: the keys serve on while they are fetched once")
  void next_otherRefresh_beginsWithKeysAtHand() throws Exception {
    try (var rig = new Rig().publish(KEY).start()) {
      VerificationKey before = found(rig.keys());
      KeySetSettings changed = changed(rig.at("a", "/jwks"));
      var gate = new CountDownLatch(1);
      rig.server.on("/jwks", rig.server.after(gate, ScriptedServer.json(Rig.jwks(KEY))));
      try (KeySets next = rig.keys().next(List.of(changed))) {
        next.start();
        rig.keys().endFor(next);
        Eventually.await("the keys", () -> next.views().getFirst().hasKeys());
        assertThat(found(next)).isSameAs(before);
        gate.countDown();
        Eventually.await("the fetch", () -> next.views().getFirst().succeeded() == 1);
        assertThat(found(next)).isSameAs(before);
        assertThat(rig.fetches()).isEqualTo(2);
      }
    }
  }

  private static KeySetSettings changed(KeySetSettings settings) {
    var refresh = settings.refresh();
    return new KeySetSettings(
        settings.issuerName(),
        settings.issuer(),
        settings.location(),
        settings.insecureHttp(),
        new KeySetSettings.Refresh(
            Duration.ofMinutes(1),
            refresh.cooldown(),
            refresh.burst(),
            refresh.timeout(),
            refresh.staleFor(),
            null),
        settings.http());
  }

  @Test
  @DisplayName("rule 44: keys of another place are never taken for the issuer's")
  void next_otherPlace_beginsWithoutKeys() throws Exception {
    try (var rig = new Rig().publish(KEY).start()) {
      rig.server.on("/other", ScriptedServer.json(Rig.jwks(Rig.key("k2"))));
      try (KeySets next = rig.keys().next(List.of(rig.at("a", "/other")))) {
        assertThat(next.find("a", "k1")).isNotInstanceOf(KeySource.Found.class);
        next.start();
        rig.keys().endFor(next);
        Eventually.await("the keys", () -> next.find("a", "k2") instanceof KeySource.Found);
        assertThat(next.find("a", "k1")).isNotInstanceOf(KeySource.Found.class);
      }
    }
  }

  static Stream<UnaryOperator<KeySetSettings>> otherWays() {
    return Stream.of(
        its -> reached(its, its.insecureHttp(), new OutboundSettings(null, PROXY)),
        its -> reached(its, true, its.http()));
  }

  private static KeySetSettings reached(
      KeySetSettings its, boolean insecureHttp, OutboundSettings http) {
    return new KeySetSettings(
        its.issuerName(), its.issuer(), its.location(), insecureHttp, its.refresh(), http);
  }

  @ParameterizedTest
  @MethodSource("otherWays")
  @DisplayName(
      "regression: keys that came in another way are gone, in memory and as they were saved")
  void next_otherWay_beginsWithoutKeys(UnaryOperator<KeySetSettings> change, @TempDir Path folder)
      throws Exception {
    try (var rig = new Rig().publish(KEY)) {
      var place = new KeySetSettings.Url(rig.uri("/jwks"));
      KeySetSettings before = rig.at("a", place, folder.resolve("keys.json"));
      rig.start(before);
      assertThat(folder.resolve("keys.json")).isNotEmptyFile();
      var gate = new CountDownLatch(1);
      rig.server.on("/jwks", rig.server.after(gate, ScriptedServer.json(Rig.jwks(KEY))));
      try (KeySets next = rig.keys().next(List.of(change.apply(before)))) {
        next.start();
        rig.keys().endFor(next);
        rig.time.settle();
        assertThat(next.views().getFirst().hasKeys()).isFalse();
        assertThat(next.find("a", "k1")).isInstanceOf(KeySource.Later.class);
        gate.countDown();
        Eventually.await("the fetch", () -> next.views().getFirst().tried());
      }
    }
  }

  @Test
  @DisplayName("an issuer that goes is fetched no more; who waits for it still gets its keys")
  void endFor_fetchUnderWay_isWaitedFor() throws Exception {
    try (var rig = new Rig()) {
      var gate = new CountDownLatch(1);
      rig.server.on("/jwks", rig.server.after(gate, ScriptedServer.json(Rig.jwks(KEY))));
      rig.startOnly(rig.at("a", "/jwks"));
      Eventually.await("the fetch", () -> rig.fetches() == 1);
      var waiting = (KeySource.Later) rig.keys().find("a", "k1");
      rig.keys().endFor(rig.keys().next(List.of()));
      gate.countDown();
      assertThat(waiting.lookup().toCompletableFuture().get(10, TimeUnit.SECONDS))
          .isInstanceOf(KeySource.Found.class);
      rig.time.settle();
      rig.time.advance(Duration.ofHours(2));
      rig.time.settle();
      assertThat(rig.fetches()).isOne();
    }
  }
}
