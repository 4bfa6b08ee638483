package dev.bearward.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
  private static final List<String> NAMES = List.of("issuers", "upstreams", "routes", "server");

  @ParameterizedTest
  @CsvSource({
    "'',abc,3",
    "abc,abc,0",
    "abc,acb,1",
    "abc,ab,1",
    "ab,abc,1",
    "abc,adc,1",
    "kitten,sitting,3"
  })
  @DisplayName("a swap of neighbours is one slip, as are a letter more, less or other")
  void distance_countsSlips(String from, String to, int slips) {
    assertThat(Suggestion.distance(from, to)).isEqualTo(slips);
  }

  @ParameterizedTest
  @CsvSource({
    "isuers,issuers",
    "ROUTES,routes",
    "upstream,upstreams",
    "rotues,routes",
    "sever,server"
  })
  @DisplayName("a slip of the fingers finds the name that was meant")
  void near_slip_isFound(String written, String meant) {
    assertThat(Suggestion.near(written, NAMES)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"colour", "''", "x", "limits"})
  @DisplayName("what is no slip finds nothing")
  void near_other_isNotFound(String written) {
    assertThat(Suggestion.near(written, NAMES)).isEmpty();
  }

  @Test
  @DisplayName("without a near name all are listed, unless they are many")
  void among_listsNames() {
    List<String> many = IntStream.range(0, 31).mapToObj(i -> "name-" + i).toList();

    assertThat(Suggestion.among("colour", NAMES))
        .isEqualTo("expected: issuers, upstreams, routes, server");
    assertThat(Suggestion.among("colour", many)).isEqualTo("expected: one of the 31 there are");
    assertThat(Suggestion.among("rutes", NAMES)).isEqualTo("did you mean routes?");
    assertThat(Suggestion.near("n".repeat(100), many)).isEmpty();
  }
}
