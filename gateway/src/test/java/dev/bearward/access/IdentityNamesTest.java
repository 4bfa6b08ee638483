package dev.bearward.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.CharBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityNamesTest {
  private static final IdentityNames NAMES = new IdentityNames(List.of("X-User", "X_Roles"));

  @ParameterizedTest
  @ValueSource(
      strings = {"X-User", "x-user", "X-USER", "X_User", "x_user", "X.User", "x-roles", "X_ROLES"})
  @DisplayName("rules 124, 175: case and separators make no difference")
  void contains_variants_areTheSameName(String name) {
    assertThat(NAMES.contains(name)).isTrue();
    assertThat(NAMES.contains(CharBuffer.wrap(name))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "X", "X-Use", "X-Users", "XUser", "X--User", "Authorization", "-"})
  void contains_otherNames_areFree(String name) {
    assertThat(NAMES.contains(name)).isFalse();
  }

  @Test
  void contains_manyNames_allAreFound() {
    List<String> names = IntStream.range(0, 1_000).mapToObj(i -> "X-Name-" + i).toList();
    IdentityNames many = new IdentityNames(names);
    assertThat(names).allMatch(many::contains);
    assertThat(IntStream.range(1_000, 2_000).mapToObj(i -> "X-Name-" + i))
        .noneMatch(many::contains);
  }

  @Test
  void contains_noNames_nothingIsFound() {
    assertThat(new IdentityNames(List.of()).contains("X-User")).isFalse();
    assertThat(new IdentityNames(List.of("X-User", "x_user"))).hasToString("[X-User]");
  }
}
