package dev.bearward.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.CanonicalPath.Ambiguous;
import dev.bearward.http.CanonicalPath.Canonical;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalPathTest {
  /** Segments of pchar less {@code ;}, upper-case hex, nothing encoded that must not be. */
  private static final Pattern UNAMBIGUOUS =
      Pattern.compile("/((?:[A-Za-z0-9\\-._~!$&'()*+,=:@]|%[0-9A-F]{2})+/?)*");

  private static final Pattern FORBIDDEN =
      Pattern.compile(
          "//|/\\.{1,2}(?:/|$)|%(?:2F|5C|3B|7F|[01].)|%(?:2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A])"
              + "|%5F|%7E");

  private static final Pattern ENCODED_UNRESERVED =
      Pattern.compile("%(?:2D|2E|5F|7E|3[0-9]|4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A])");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/a",
        "/a/",
        "/a/b.c",
        "/...",
        "/.a",
        "/a.",
        "/..a/",
        "/a:b@c!$&'()*+,=d",
        "/-._~",
        "/a%20b",
        "/%25",
        "/%2525",
        "/%23%3F",
        "/%C3%A9",
        "/%F0%9F%90%BB",
        "/caf%C3%A9/x"
      })
  void parse_canonicalPath_staysTheSame(String raw) {
    assertThat(TestHeads.path(raw).value()).isEqualTo(raw);
  }

  @Test
  @DisplayName("performance: a canonical path is not copied")
  void parse_plainPath_isNotCopied() {
    String raw = "/api/appointments/7";
    assertThat(TestHeads.path(raw).value()).isSameAs(raw);
  }

  @ParameterizedTest
  @CsvSource({
    "/%41%7a%30, /Az0",
    "/%2d%5F%7e, /-_~",
    "/%c3%a9, /%C3%A9",
    "/a%2eb, /a.b",
    "/%2e%2e%2e, /...",
    "/%3a%40, /%3A%40",
    "/%2541, /%2541",
    "/a|b, /a%7Cb",
    "/a[0]^, /a%5B0%5D%5E",
  })
  @DisplayName("rule 123: encoded unreserved characters are decoded, hex digits are upper case")
  void parse_otherSpelling_becomesCanonical(String raw, String canonical) {
    assertThat(TestHeads.path(raw).value()).isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "*",
        "http://a/",
        "%2Fa",
        "//",
        "//a",
        "/a//b",
        "/a//",
        "/%41//b",
        "/.",
        "/..",
        "/./a",
        "/../a",
        "/a/.",
        "/a/..",
        "/a/./b",
        "/a/../b",
        "/%2e",
        "/%2E%2E/a",
        "/a/.%2e",
        "/a/%2e./b",
        "/%2e/",
        "/a%2fb",
        "/a%2Fb",
        "/%2f",
        "/a%5cb",
        "/a%5Cb",
        "/a\\b",
        "/\\",
        "/..\\a",
        "/a;b",
        "/a;",
        "/;a=b/c",
        "/..;/a",
        "/a%3bb",
        "/a%3B",
        "/a#b",
        "/#",
        "/a?b",
        "/%00",
        "/a%00.html",
        "/%0d%0a",
        "/%1F",
        "/%7f",
        "/%C2%85",
        "/%C2%9F",
        "/a b",
        "/a\tb",
        "/a\u0000",
        "/a\u007f",
        "/a\r\nb",
        "/é",
        "/\u2028",
        "/a\uD83D\uDC3B",
        "/a\"b",
        "/a<b",
        "/a>b",
        "/a`b",
        "/a{b",
        "/a}b",
        "/%",
        "/%4",
        "/a%",
        "/%4g",
        "/%g4",
        "/%%41",
        "/%u0041",
        "/%+1",
        "/%-1",
        "/% 1",
        "/%80",
        "/%FF",
        "/%C0%AF",
        "/%c0%ae%c0%ae",
        "/%E0%80%AF",
        "/%F0%80%80%AF",
        "/%ED%A0%80",
        "/%C3",
        "/%C3a",
        "/%C3/%A9",
        "/%F4%90%80%80"
      })
  @DisplayName("rules 123, 171: what can be read in more than one way is refused")
  void parse_ambiguousPath_isRefused(String raw) {
    assertThat(CanonicalPath.parse(raw)).isInstanceOf(Ambiguous.class);
  }

  @ParameterizedTest
  @CsvSource({
    "/a\\b, a backslash",
    "/a;b, a path parameter",
    "/a#b, a fragment",
    "/a//b, an empty segment",
    "/a/../b, a dot segment",
    "/%zz, an invalid percent-encoding",
    "/%2F, 'an encoded slash, backslash or semicolon'",
    "/%00, an encoded control character",
    "/%FF, percent-encoding that is not UTF-8",
    "/<, a character that has no place in a path",
  })
  void parse_ambiguousPath_namesTheConstruct(String raw, String why) {
    assertThat(CanonicalPath.parse(raw)).isEqualTo(new Ambiguous(why));
  }

  @Test
  @DisplayName("rules 123, 171: no random path keeps an ambiguous construct, and twice is once")
  void parse_randomPaths_areCanonicalOrRefused() {
    var random = new Random(20260101);
    int accepted = 0;
    for (int round = 0; round < 50_000; round++) {
      String raw = randomPath(random);
      if (CanonicalPath.parse(raw) instanceof Canonical(CanonicalPath path)) {
        accepted++;
        String value = path.value();
        assertThat(UNAMBIGUOUS.matcher(value).matches()).as(raw).isTrue();
        assertThat(FORBIDDEN.matcher(value).find()).as(raw).isFalse();
        assertThat(ENCODED_UNRESERVED.matcher(value).find()).as(raw).isFalse();
        assertThat(TestHeads.path(value)).as(raw).isEqualTo(path);
        assertThat(decoded(value)).as(raw).isEqualTo(decoded(raw));
      }
    }
    assertThat(accepted).isBetween(5_000, 45_000);
  }

  private static String randomPath(Random random) {
    String[] parts = {
      "/", "/", "/", "a", "B", "9", ".", "..", "~", "@", ":", "%41", "%2e", "%2E", "%2f", "%5C",
      "%25", "%20", "%C3%A9", "%c3%a9", "%C3", "%A9", "%40", "|", "[", ";", "\\", "#", "%", "%3b",
      "%00", "é", " "
    };
    var path = new StringBuilder("/");
    int length = random.nextInt(6);
    for (int i = 0; i < length; i++) {
      int common = random.nextInt(3);
      path.append(parts[common < 2 ? random.nextInt(22) : random.nextInt(parts.length)]);
    }
    return path.toString();
  }

  /** What an upstream makes of a path that decodes every octet. */
  private static String decoded(String path) {
    var octets = new java.io.ByteArrayOutputStream();
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) == '%') {
        octets.write(Integer.parseInt(path.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        octets.write(path.charAt(i));
      }
    }
    return octets.toString(StandardCharsets.UTF_8);
  }

  @Test
  void equals_samePath_isEqual() {
    assertThat(TestHeads.path("/%41")).isEqualTo(TestHeads.path("/A")).hasToString("/A");
    assertThat(TestHeads.path("/a")).isNotEqualTo(TestHeads.path("/A")).isNotEqualTo("/a");
    assertThat(TestHeads.path("/a")).hasSameHashCodeAs(TestHeads.path("/a"));
  }
}
