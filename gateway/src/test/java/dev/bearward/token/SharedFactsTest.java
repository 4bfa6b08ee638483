package dev.bearward.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SharedFactsTest {
  private final SharedFacts shared = new SharedFacts();

  @Test
  void scopes_thatAreEqual_areOneImmutableSet() {
    Set<String> first = shared.scopes(new HashSet<>(Set.of("read", "write")));
    assertThat(shared.scopes(new HashSet<>(Set.of("write", "read")))).isSameAs(first);
    assertThat(shared.scopes(Set.of("read"))).isNotSameAs(first).containsExactly("read");
    assertThat(first).isUnmodifiable();
  }

  @Test
  void audiences_thatDifferInOrder_stayTwo() {
    List<String> first = shared.audiences(new ArrayList<>(List.of("a", "b")));
    assertThat(shared.audiences(List.of("a", "b"))).isSameAs(first);
    assertThat(shared.audiences(List.of("b", "a"))).containsExactly("b", "a");
  }

  @Test
  void clientId_none_isNone() {
    assertThat(shared.clientId(null)).isNull();
    String first = shared.clientId(copyOf("spa"));
    assertThat(shared.clientId(copyOf("spa"))).isSameAs(first);
  }

  private static String copyOf(String text) {
    return String.valueOf(text.toCharArray());
  }
}
