package dev.bearward.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathFormTest {
  private static final PathForm SLASH = new PathForm(true, false, false);
  private static final PathForm EMPTY = new PathForm(false, true, false);
  private static final PathForm PARAMETER = new PathForm(false, false, true);
  private static final PathForm ALL = SLASH.or(EMPTY).or(PARAMETER);

  private static CanonicalPath path(String raw, PathForm allowed) {
    return ((CanonicalPath.Canonical) CanonicalPath.parse(raw, allowed)).path();
  }

  private static PathForm form(String letters) {
    return new PathForm(letters.contains("s"), letters.contains("e"), letters.contains("p"));
  }

  @ParameterizedTest
  @CsvSource({
    "/a%2fb, s, /a%2Fb, s",
    "/%61%2F%62, sep, /a%2Fb, s",
    "/a//b, e, /a//b, e",
    "/a//, e, /a//, e",
    "/a;b=c/d, p, /a;b=c/d, p",
    "/a/;b, ep, /a/;b, ep",
    "/a%2F%2Fb;c//d, sep, /a%2F%2Fb;c//d, sep",
    "/a/b, sep, /a/b, ''",
    "/%61, sep, /a, ''",
    "/, sep, /, ''"
  })
  @DisplayName("rule 123: a path keeps the form that is allowed, and says which it has")
  void parse_allowedForm_isKept(String raw, String allowed, String value, String has) {
    CanonicalPath path = path(raw, form(allowed));
    assertThat(path.value()).isEqualTo(value);
    assertThat(path.form()).isEqualTo(form(has));
    assertThat(path.isPlain()).isEqualTo(has.isEmpty());
    assertThat(CanonicalPath.parse(value, path.form()))
        .isEqualTo(new CanonicalPath.Canonical(path));
  }

  @ParameterizedTest
  @CsvSource({
    "/a%2Fb, ep",
    "/a//b, sp",
    "/%61//b, sp",
    "/a;b, se",
    "/a/;b, sp",
    "/a%5Cb, sep",
    "/a%3Bb, sep",
    "//a, sep",
    "/%2Fa, sep",
    "/;a/b, sep",
    "/a%2F..%2Fb, s",
    "/a/%2E%2F, s",
    "/..;a/b, p",
    "/a/.;, p",
    "/a%2F..;b, sep",
    "/a;%2F../b, sep",
    "/a//../b, e",
    "/a%00, sep",
    "/a%2, sep"
  })
  @DisplayName("rule 171: what is not allowed, or hides a dot segment, stays ambiguous")
  void parse_anythingElse_isAmbiguous(String raw, String allowed) {
    assertThat(CanonicalPath.parse(raw, form(allowed))).isInstanceOf(CanonicalPath.Ambiguous.class);
  }

  @Test
  @DisplayName("rule 171: the other readings are those of every habit, alone and together")
  void otherReadings_areComplete() {
    assertThat(path("/a%2Fb", SLASH).otherReadings()).containsExactly("/a/b");
    assertThat(path("/a///b", EMPTY).otherReadings()).containsExactly("/a/b");
    assertThat(path("/a;x/b;y", PARAMETER).otherReadings()).containsExactly("/a/b");
    assertThat(path("/a;x%2Fy/b", ALL).otherReadings())
        .containsExactlyInAnyOrder("/a;x/y/b", "/a/b", "/a/y/b");
    assertThat(path("/a%2F%2Fb", SLASH).otherReadings()).containsExactly("/a//b", "/a/b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "e", "p", "se", "sep"})
  @DisplayName("contract: a form covers what it has and nothing more")
  void covers_comparesEachPart(String letters) {
    for (String other : List.of("", "s", "e", "p", "se", "sp", "ep", "sep")) {
      boolean within = other.chars().allMatch(letter -> letters.indexOf(letter) >= 0);
      assertThat(form(letters).covers(form(other))).as(other).isEqualTo(within);
      assertThat(form(letters).or(form(other))).isEqualTo(form(letters + other));
    }
  }
}
