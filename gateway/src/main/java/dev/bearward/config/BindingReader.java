package dev.bearward.config;

import dev.bearward.token.BindingSettings;
import dev.bearward.token.BindingSettings.Demand;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What an issuer's tokens may be bound to: {@code binding}. */
final class BindingReader {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final List<String> DEMANDS = List.of("disabled", "optional", "required");

  private BindingReader() {}

  static BindingSettings read(Section binding) {
    return new BindingSettings(
        demand(binding, "dpop"),
        demand(binding, "mtls"),
        binding.or("proofAge", BindingSettings.NONE.proofAge(), v -> v.duration(SHORTEST, LONGEST)),
        binding.or("nonce", false, Value::bool));
  }

  private static Demand demand(Section binding, String key) {
    String word = binding.or(key, "disabled", v -> v.word(DEMANDS));
    return Demand.valueOf(word.toUpperCase(Locale.ROOT));
  }
}
