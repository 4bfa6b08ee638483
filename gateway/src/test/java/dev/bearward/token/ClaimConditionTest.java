package dev.bearward.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.token.ClaimValue.Array;
import dev.bearward.token.ClaimValue.Bool;
import dev.bearward.token.ClaimValue.Members;
import dev.bearward.token.ClaimValue.Null;
import dev.bearward.token.ClaimValue.Numeric;
import dev.bearward.token.ClaimValue.Text;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ClaimConditionTest {
  private static final ClaimPath CLAIM = ClaimPath.of("https://foo.com/roles");

  private static boolean meets(ClaimCondition condition, @Nullable ClaimValue value) {
    VerifiedTokens token = VerifiedTokens.alice();
    return condition.meets((value == null ? token : token.claim(CLAIM, value)).build());
  }

  private static ClaimCondition equal(ClaimValue value) {
    return new ClaimCondition.Equals(CLAIM, value);
  }

  private static Numeric number(String value) {
    return new Numeric(new BigDecimal(value));
  }

  @Test
  @DisplayName("claims: equals compares scalars by type and value")
  void equals_scalars_strictly() {
    assertThat(meets(equal(new Text("a")), new Text("a"))).isTrue();
    assertThat(meets(equal(new Text("a")), new Text("A"))).isFalse();
    assertThat(meets(equal(new Bool(true)), new Bool(true))).isTrue();
    assertThat(meets(equal(new Bool(true)), new Bool(false))).isFalse();
    assertThat(meets(equal(new Bool(true)), new Text("true"))).isFalse();
    assertThat(meets(equal(new Text("true")), new Bool(true))).isFalse();
    assertThat(meets(equal(number("1")), number("1.0"))).isTrue();
    assertThat(meets(equal(number("1")), number("2"))).isFalse();
    assertThat(meets(equal(number("1")), number("1e900000000"))).isFalse();
    assertThat(meets(equal(number("1")), new Text("1"))).isFalse();
    assertThat(meets(equal(new Text("1")), number("1"))).isFalse();
  }

  @Test
  @DisplayName("claims: an absent claim, null, an array or an object never meets equals")
  void equals_notScalar_never() {
    assertThat(meets(equal(new Text("a")), null)).isFalse();
    assertThat(meets(equal(new Text("a")), new Null())).isFalse();
    assertThat(meets(equal(new Null()), new Null())).isFalse();
    Array array = new Array(List.of(new Text("a")));
    assertThat(meets(equal(new Text("a")), array)).isFalse();
    assertThat(meets(equal(array), array)).isFalse();
    Members members = new Members(Map.of("a", new Text("a")));
    assertThat(meets(equal(members), members)).isFalse();
  }

  @Test
  @DisplayName("claims: in is any of the scalars")
  void in_anyOfThem() {
    ClaimCondition in = new ClaimCondition.In(CLAIM, List.of(new Text("a"), number("2")));
    assertThat(meets(in, new Text("a"))).isTrue();
    assertThat(meets(in, number("2.00"))).isTrue();
    assertThat(meets(in, new Text("2"))).isFalse();
    assertThat(meets(in, new Array(List.of(new Text("a"))))).isFalse();
    assertThat(meets(in, null)).isFalse();
  }

  @Test
  @DisplayName("claims: contains is an array with that very item, never a part of a string")
  void contains_itemOfArray() {
    ClaimCondition contains = new ClaimCondition.Contains(CLAIM, new Text("editor"));
    assertThat(meets(contains, new Array(List.of(new Text("x"), new Text("editor"))))).isTrue();
    assertThat(meets(contains, new Array(List.of(new Text("editors"))))).isFalse();
    assertThat(meets(contains, new Array(List.of()))).isFalse();
    assertThat(meets(contains, new Array(List.of(new Array(List.of(new Text("editor")))))))
        .isFalse();
    assertThat(meets(contains, new Text("editor"))).isFalse();
    assertThat(meets(contains, new Members(Map.of("editor", new Bool(true))))).isFalse();
    assertThat(meets(contains, null)).isFalse();
  }

  @Test
  @DisplayName("claims: a string is one exact name, a list is a path")
  void path_namesAreExact() {
    assertThat(CLAIM.toString()).isEqualTo("https://foo.com/roles");
    assertThat(new ClaimPath(List.of("realm_access", "roles")).toString())
        .isEqualTo("[realm_access, roles]");
    assertThat(ClaimPath.of("a.b")).isNotEqualTo(new ClaimPath(List.of("a", "b")));
    assertThatThrownBy(() -> ClaimPath.of("")).hasMessageContaining("claim:");
    assertThatThrownBy(() -> new ClaimPath(List.of())).hasMessageContaining("claim:");
  }
}
