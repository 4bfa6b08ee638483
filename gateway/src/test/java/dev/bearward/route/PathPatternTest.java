package dev.bearward.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.route.PathPattern.Invalid;
import dev.bearward.route.PathPattern.Literal;
import dev.bearward.route.PathPattern.Name;
import dev.bearward.route.PathPattern.Rest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
  @Test
  void parse_allKindsOfSegments_keepsThemInOrder() {
    PathPattern pattern = TestRoutes.pattern("/api/{tenant}/v1.2/{user-id}/**");
    assertThat(pattern.segments())
        .containsExactly(
            new Literal("api"),
            new Name("tenant"),
            new Literal("v1.2"),
            new Name("user-id"),
            new Rest());
    assertThat(pattern.trailingSlash()).isFalse();
    assertThat(pattern).hasToString("/api/{tenant}/v1.2/{user-id}/**");
  }

  @Test
  void parse_root_hasNoSegmentsAndASlash() {
    PathPattern pattern = TestRoutes.pattern("/");
    assertThat(pattern.segments()).isEmpty();
    assertThat(pattern.trailingSlash()).isTrue();
  }

  @Test
  void parse_slashAtTheEnd_counts() {
    assertThat(TestRoutes.pattern("/x/").trailingSlash()).isTrue();
    assertThat(TestRoutes.pattern("/x/").segments()).containsExactly(new Literal("x"));
    assertThat(TestRoutes.pattern("/**").segments()).containsExactly(new Rest());
  }

  @ParameterizedTest
  @CsvSource({
    "'', a path that begins with a slash",
    "api, a path that begins with a slash",
    "*, a path that begins with a slash",
    "//, a path without an empty segment",
    "/a//b, a path without an empty segment",
    "/a//, a path without an empty segment",
    "/a/../b, a path without a dot segment",
    "/%2e, a path without a dot segment",
    "/a;b, a path without a path parameter",
    "/a#b, a path without a fragment",
    "/a%2Fb, 'a path without an encoded slash, backslash or semicolon'",
    "/a b, a path without a character that has no place in a path",
    "/%zz, a path without an invalid percent-encoding",
    "/%41, the canonical A",
    "/%c3%a9, the canonical %C3%A9",
    "/a|b, the canonical a%7Cb",
    "/**/a, ** only at the end",
    "/**/, ** only at the end",
    "/**/**, ** only at the end",
    "/a/*, '** at the end or {name}, each as a whole segment'",
    "/a*, '** at the end or {name}, each as a whole segment'",
    "/***, '** at the end or {name}, each as a whole segment'",
    "/{}, '** at the end or {name}, each as a whole segment'",
    "/{1a}, '** at the end or {name}, each as a whole segment'",
    "/{a, '** at the end or {name}, each as a whole segment'",
    "/a}, '** at the end or {name}, each as a whole segment'",
    "/x-{a}, '** at the end or {name}, each as a whole segment'",
    "/{a}{b}, '** at the end or {name}, each as a whole segment'",
    "/{a}/x/{a}, each {name} once",
  })
  @DisplayName("rules 123, 172: only canonical literals and whole segments make a pattern")
  void parse_malformed_saysWhatIsExpected(String text, String expected) {
    assertThat(PathPattern.parse(text)).isEqualTo(new Invalid(expected));
  }
}
