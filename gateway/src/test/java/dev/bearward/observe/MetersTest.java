package dev.bearward.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.bearward.access.ObservedDecisions;
import dev.bearward.http.Reason;
import dev.bearward.jwks.KeySetView;
import dev.bearward.jwks.SkippedKey;
import dev.bearward.proxy.PoolFigures;
import dev.bearward.server.Outcome;
import dev.bearward.testing.Eventually;
import java.io.ByteArrayOutputStream;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetersTest {
  private static final Instant NOW = Instant.parse("2026-11-22T03:00:00Z");

  private final Meters meters = new Meters("1.2.3", "abc1234", InstantSource.fixed(NOW));

  @AfterEach
  void close() {
    meters.close();
  }

  private Scrape scrape() {
    return Scrape.read(meters.scrape(null).text());
  }

  @Test
  void finished_anAnswer_countsByRouteAndStatusAndTimesByClass() {
    var permit = Exchanges.permit(Exchanges.ROUTE, null);

    meters.exchanges().finished(Exchanges.answered(permit, 200));
    meters.exchanges().finished(Exchanges.answered(permit, 200));
    meters.exchanges().finished(Exchanges.answered(permit, 204));

    Scrape scrape = scrape();
    assertThat(scrape.of("bearward_requests_total{route=\"read\",status=\"200\"}")).isEqualTo(2);
    assertThat(scrape.of("bearward_requests_total{route=\"read\",status=\"204\"}")).isEqualTo(1);
    String times = "bearward_request_duration_seconds";
    assertThat(scrape.of(times + "_count{class=\"2xx\",route=\"read\"}")).isEqualTo(3);
    assertThat(scrape.of(times + "_sum{class=\"2xx\",route=\"read\"}"))
        .isCloseTo(3 * 0.002345678, within(1e-9));
    assertThat(scrape.of(times + "_bucket{class=\"2xx\",route=\"read\",le=\"0.001\"}")).isZero();
    assertThat(scrape.of(times + "_bucket{class=\"2xx\",route=\"read\",le=\"0.0025\"}"))
        .isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void finished_everyReason_hasItsOwnCounterUnderItsLabel(Reason reason) {
    String sample = "bearward_refusals_total{reason=\"" + reason.label() + "\"}";
    assertThat(scrape().of(sample)).isZero();
    var denial = ObservedDecisions.denial(Exchanges.head("/x"), Exchanges.ROUTE, null, reason);

    meters.exchanges().finished(Exchanges.refused(denial, reason));

    assertThat(scrape().of(sample)).isEqualTo(1);
    assertThat(
            scrape()
                .of(
                    "bearward_requests_total{route=\"read\",status=\"%d\"}"
                        .formatted(reason.status())))
        .isEqualTo(1);
  }

  @Test
  void refused_withoutAHead_isUnmatched() {
    meters.exchanges().refused(Exchanges.peer(), Reason.BAD_REQUEST, "id");
    meters.exchanges().refused(Exchanges.peer(), Reason.OVERLOADED, "id");

    Scrape scrape = scrape();
    assertThat(scrape.of("bearward_requests_total{route=\"unmatched\",status=\"400\"}"))
        .isEqualTo(1);
    assertThat(scrape.of("bearward_refusals_total{reason=\"bad_request\"}")).isEqualTo(1);
    assertThat(scrape.of("bearward_refusals_total{reason=\"overloaded\"}")).isEqualTo(1);
    assertThat(scrape.samples())
        .doesNotContainKey("bearward_requests_total{route=\"unmatched\",status=\"503\"}");
  }

  @Test
  @DisplayName("rule 12: nothing that a client sends ever becomes a label")
  void finished_aThousandDifferentRequests_addNoLabelValue() {
    var permit = Exchanges.permit(Exchanges.ROUTE, Exchanges.caller("warmup", Map.of()));
    meters.exchanges().finished(Exchanges.answered(permit, 200));
    meters.exchanges().finished(Exchanges.outcome(null, "/", 404, Reason.NO_ROUTE));
    var before = new TreeSet<>(scrape().samples().keySet());

    for (int i = 0; i < 1_000; i++) {
      var identity = Exchanges.caller("subject" + i, Map.of());
      var decision = i % 2 == 0 ? null : Exchanges.permit(Exchanges.ROUTE, identity);
      int status = i % 2 == 0 ? 404 : 200;
      meters
          .exchanges()
          .finished(
              new Outcome(
                  decision,
                  "METHOD" + i,
                  "host" + i,
                  "/path" + i,
                  status,
                  i % 2 == 0 ? Reason.NO_ROUTE : null,
                  true,
                  0,
                  0,
                  1,
                  1,
                  null,
                  "id" + i,
                  Exchanges.peer()));
    }

    assertThat(new TreeSet<>(scrape().samples().keySet())).isEqualTo(before);
    assertThat(scrape().of("bearward_requests_total{route=\"unmatched\",status=\"404\"}"))
        .isEqualTo(501);
  }

  @Test
  void finished_statusesThatAreNone_shareOneLabel() {
    var permit = Exchanges.permit(Exchanges.ROUTE, null);
    for (int status : new int[] {0, -1, 99, 600, 999, Integer.MAX_VALUE}) {
      meters.exchanges().finished(Exchanges.answered(permit, status));
    }

    assertThat(scrape().of("bearward_requests_total{route=\"read\",status=\"other\"}"))
        .isEqualTo(6);
  }

  @Test
  void finished_broken_isCounted() {
    var whole = Exchanges.answered(Exchanges.permit(Exchanges.ROUTE, null), 200);
    meters
        .exchanges()
        .finished(
            new Outcome(
                whole.decision(),
                "GET",
                "h",
                "/",
                200,
                null,
                false,
                0,
                1,
                1,
                1,
                null,
                "i",
                whole.peer()));

    assertThat(scrape().of("bearward_responses_broken_total{route=\"read\"}")).isEqualTo(1);
  }

  @Test
  void connectionsAndRequestsInFlight_goUpAndDown() {
    meters.exchanges().connectionOpened();
    meters.exchanges().connectionOpened();
    meters.exchanges().connectionClosed();
    meters.exchanges().started(Exchanges.head("/x"));

    assertThat(scrape().of("bearward_connections")).isEqualTo(1);
    assertThat(scrape().of("bearward_connections_opened_total")).isEqualTo(2);
    assertThat(scrape().of("bearward_requests_in_flight")).isEqualTo(1);

    meters.exchanges().finished(Exchanges.outcome(null, "/x", 404, Reason.NO_ROUTE));

    assertThat(scrape().of("bearward_requests_in_flight")).isZero();
  }

  @Test
  void aGarbageCollection_losesNoCounterOrGauge() {
    meters.exchanges().connectionOpened();
    meters.exchanges().started(Exchanges.head("/x"));
    meters.watchTokenCache(() -> 12, () -> 34_567);
    meters.cryptoProvider("SunRsaSign");
    Map<String, Double> before = own();

    var canary = new WeakReference<>(new Object());
    Eventually.await(
        "a garbage collection",
        () -> {
          System.gc();
          return canary.get() == null;
        });

    assertThat(own()).isEqualTo(before);
    assertThat(scrape().of("bearward_connections_opened_total")).isEqualTo(1);
  }

  /** Our own samples, but for the memory of buffers, which other tests share. */
  private Map<String, Double> own() {
    var samples = new TreeMap<>(scrape().samples());
    samples
        .keySet()
        .removeIf(
            name -> !name.startsWith("bearward_") || name.startsWith("bearward_buffer_memory"));
    return samples;
  }

  @Test
  void upstreams_showLatencyAndPools() {
    meters.watchPools(() -> List.of(new PoolFigures("up", 3, 2, 1)));
    meters.upstreams().connectionOpened("up");
    meters.upstreams().connectionReused("up");
    meters.upstreams().connectionReused("up");
    meters.upstreams().connectionAwaited("up", 7);
    meters.upstreams().responseHead("up", 30_000_000);

    Scrape scrape = scrape();
    assertThat(scrape.of("bearward_upstream_connections{state=\"active\",upstream=\"up\"}"))
        .isEqualTo(3);
    assertThat(scrape.of("bearward_upstream_connections{state=\"idle\",upstream=\"up\"}"))
        .isEqualTo(2);
    assertThat(scrape.of("bearward_upstream_pending{upstream=\"up\"}")).isEqualTo(1);
    assertThat(scrape.of("bearward_upstream_connections_opened_total{upstream=\"up\"}"))
        .isEqualTo(1);
    assertThat(scrape.of("bearward_upstream_connections_reused_total{upstream=\"up\"}"))
        .isEqualTo(2);
    assertThat(scrape.of("bearward_upstream_waits_total{upstream=\"up\"}")).isEqualTo(1);
    assertThat(scrape.of("bearward_upstream_response_seconds_sum{upstream=\"up\"}"))
        .isCloseTo(0.03, within(1e-9));
    assertThat(scrape.of("bearward_upstream_response_seconds_bucket{upstream=\"up\",le=\"0.025\"}"))
        .isZero();
    assertThat(scrape.of("bearward_upstream_response_seconds_bucket{upstream=\"up\",le=\"0.05\"}"))
        .isEqualTo(1);
  }

  @Test
  void tokens_showCacheAndVerification() {
    meters.watchTokenCache(() -> 12, () -> 34_567);
    meters.tokens().cacheHit();
    meters.tokens().cacheHit();
    meters.tokens().cacheMiss();
    meters.tokens().verified(40_000);

    Scrape scrape = scrape();
    assertThat(scrape.of("bearward_token_cache_requests_total{result=\"hit\"}")).isEqualTo(2);
    assertThat(scrape.of("bearward_token_cache_requests_total{result=\"miss\"}")).isEqualTo(1);
    assertThat(scrape.of("bearward_token_cache_entries")).isEqualTo(12);
    assertThat(scrape.of("bearward_token_cache_bytes")).isEqualTo(34_567);
    assertThat(scrape.of("bearward_token_verification_seconds_bucket{le=\"2.5E-5\"}")).isZero();
    assertThat(scrape.of("bearward_token_verification_seconds_bucket{le=\"5.0E-5\"}")).isEqualTo(1);
  }

  @Test
  void keySets_showKeysAgeAndFetches() {
    meters.watchKeySets(() -> List.of(keySet("main", NOW.minusSeconds(90)), keySet("down", null)));
    meters.keySets().fetched("main", Duration.ofMillis(5), 2);
    meters.keySets().fetchFailed("down", Duration.ofMillis(5), "refused");
    meters.keySets().fetchFailed("down", Duration.ofMillis(5), "refused");

    Scrape scrape = scrape();
    assertThat(scrape.of("bearward_keys{issuer=\"main\"}")).isEqualTo(2);
    assertThat(scrape.of("bearward_key_set_age_seconds{issuer=\"main\"}")).isEqualTo(90);
    assertThat(scrape.of("bearward_key_set_waiting{issuer=\"main\"}")).isEqualTo(4);
    assertThat(scrape.of("bearward_keys_skipped{issuer=\"main\",why=\"unsuitable\"}")).isEqualTo(1);
    assertThat(scrape.of("bearward_key_set_fetches_total{issuer=\"main\",result=\"ok\"}"))
        .isEqualTo(1);
    assertThat(scrape.of("bearward_key_set_fetches_total{issuer=\"main\",result=\"failed\"}"))
        .isZero();
    assertThat(scrape.of("bearward_key_set_fetches_total{issuer=\"down\",result=\"failed\"}"))
        .isEqualTo(2);
    assertThat(scrape.samples()).doesNotContainKey("bearward_key_set_age_seconds{issuer=\"down\"}");
  }

  private static KeySetView keySet(String issuer, @Nullable Instant fetchedAt) {
    return new KeySetView(
        issuer,
        List.of("k1", "k2"),
        2,
        1,
        fetchedAt,
        null,
        null,
        1,
        0,
        Map.of(SkippedKey.UNSUITABLE, 1),
        true,
        true,
        4);
  }

  @Test
  void cryptoProvider_isTheOneInUseOnly() {
    meters.cryptoProvider("SunRsaSign");
    assertThat(scrape().of("bearward_crypto_provider{provider=\"SunRsaSign\"}")).isEqualTo(1);

    meters.cryptoProvider("AmazonCorrettoCryptoProvider");

    Scrape scrape = scrape();
    assertThat(scrape.of("bearward_crypto_provider{provider=\"AmazonCorrettoCryptoProvider\"}"))
        .isEqualTo(1);
    assertThat(scrape.samples())
        .doesNotContainKey("bearward_crypto_provider{provider=\"SunRsaSign\"}");
  }

  @Test
  void build_saysVersionCommitAndJava() {
    assertThat(scrape().samples().keySet())
        .anyMatch(sample -> sample.startsWith("bearward_build{commit=\"abc1234\",java=\"25"));
  }

  @Test
  void accessLog_itsDropsAreCountedAndItHearsAll() {
    var out = new ByteArrayOutputStream();
    var settings = new AccessLogSettings(AccessLogSettings.Format.JSON, List.of());
    try (AccessLog log = AccessLog.open(settings, out, InstantSource.system())) {
      var both = meters.exchanges(log);
      both.connectionOpened();
      both.started(Exchanges.head("/x"));
      both.finished(Exchanges.outcome(null, "/x", 404, Reason.NO_ROUTE));
      both.refused(Exchanges.peer(), Reason.BAD_REQUEST, "id");
      both.connectionClosed();
    }

    assertThat(out.toString(java.nio.charset.StandardCharsets.US_ASCII).lines()).hasSize(2);
    assertThat(scrape().of("bearward_access_log_dropped_total")).isZero();
    assertThat(scrape().of("bearward_connections_opened_total")).isEqualTo(1);
    assertThat(scrape().of("bearward_connections")).isZero();
    assertThat(scrape().of("bearward_requests_in_flight")).isZero();
  }

  @Test
  void scrape_hasTheBasicsOfTheProcess() {
    assertThat(scrape().families())
        .containsKeys(
            "jvm_memory_used_bytes",
            "jvm_threads_live_threads",
            "jvm_gc_collections_total",
            "jvm_gc_collection_seconds_total",
            "process_cpu_usage",
            "bearward_buffer_memory_bytes");
  }

  @Test
  void scrape_everyFamily_hasHelpTypeAndUnitsAsIsCustomary() {
    scrape()
        .families()
        .forEach((name, family) -> {
          assertThat(family.help()).as(name).isNotBlank();
          assertThat(name.endsWith("_total")).as(name).isEqualTo(family.type().equals("counter"));
          assertThat(name).doesNotContain("milli").doesNotContain("nano");
        });
  }

  @Test
  void scrape_ofAPrometheus_isOpenMetrics() {
    Exposition exposition =
        meters.scrape("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.3");

    assertThat(exposition.contentType()).startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(exposition.text()).endsWith("# EOF\n");
  }

  @Test
  void scrape_ofAnyoneElse_isThePrometheusText() {
    for (String accept : new String[] {"*/*", "text/html", "application/vnd.google.protobuf"}) {
      assertThat(meters.scrape(accept).contentType()).startsWith("text/plain; version=0.0.4");
    }
  }
}
