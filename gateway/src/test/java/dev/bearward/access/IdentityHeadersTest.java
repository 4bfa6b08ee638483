package dev.bearward.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.access.IdentityHeader.Form;
import dev.bearward.http.Header;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.ClaimValue;
import dev.bearward.token.VerifiedTokens;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityHeadersTest {
  private static final ClaimPath CLAIM = ClaimPath.of("https://foo.com/roles");

  private static ClaimValue text(String text) {
    return new ClaimValue.Text(text);
  }

  private static ClaimValue array(ClaimValue... items) {
    return new ClaimValue.Array(List.of(items));
  }

  private static @Nullable List<String> values(Form form, ClaimValue value) {
    var headers = new IdentityHeaders(List.of(new IdentityHeader("X-Roles", CLAIM, form)));
    List<Header> made = headers.of(VerifiedTokens.alice().claim(CLAIM, value).build());
    return made == null ? null : made.stream().map(Header::value).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "alice, alice",
    "auth0|5f7c, auth0|5f7c",
    "'Doe, John', 'Doe, John'",
    "100%, 100%25",
    "%C3%A9, %25C3%25A9",
    "é, %C3%A9",
    "日本 🐻, %E6%97%A5%E6%9C%AC %F0%9F%90%BB",
    "' edge ', %20edge%20",
    "' ', %20",
    "'a\tb', a%09b",
  })
  @DisplayName("rule 124: non-ASCII is percent-encoded, and no two claims look alike")
  void of_text_isEncodedWhereNeeded(String claim, String value) {
    assertThat(values(Form.CSV, text(claim))).containsExactly(value);
    assertThat(values(Form.REPEAT, text(claim))).containsExactly(value);
  }

  @Test
  void of_scalars_areWrittenAsText() {
    for (Form form : Form.values()) {
      assertThat(values(form, new ClaimValue.Numeric(new BigDecimal("12.50"))))
          .containsExactly("12.50");
      assertThat(values(form, new ClaimValue.Numeric(new BigDecimal("1e400"))))
          .containsExactly("1E+400");
      assertThat(values(form, new ClaimValue.Bool(true))).containsExactly("true");
    }
    assertThat(values(Form.JSON, text("a\"b\\é"))).containsExactly("\"a\\\"b\\\\\\u00e9\"");
  }

  @Test
  void of_arrayAsCsv_isJoinedWithCommasWithinItemsEncoded() {
    assertThat(values(Form.CSV, array(text("admin"), text("a,b"), text(" c"), text("d e"))))
        .containsExactly("admin,a%2Cb,%20c,d e");
    assertThat(
            values(
                Form.CSV,
                array(new ClaimValue.Bool(false), new ClaimValue.Numeric(BigDecimal.ONE))))
        .containsExactly("false,1");
    assertThat(values(Form.CSV, array(array(text("x"), text("y")))))
        .containsExactly("[\"x\"%2C\"y\"]");
  }

  @Test
  void of_arrayRepeated_isOneLineForEachItem() {
    assertThat(values(Form.REPEAT, array(text("a"), text("b,c"), text(""), text("d"))))
        .containsExactly("a", "b%2Cc", "d");
  }

  @Test
  void of_arrayAsJson_isAsciiJson() {
    ClaimValue value =
        array(
            text("é\t"),
            new ClaimValue.Null(),
            new ClaimValue.Bool(true),
            new ClaimValue.Members(Map.of("b", array(), "a", new ClaimValue.Members(Map.of()))),
            new ClaimValue.Numeric(new BigDecimal("1.0")));
    assertThat(values(Form.JSON, value))
        .containsExactly("[\"\\u00e9\\u0009\",null,true,{\"a\":{},\"b\":[]},1.0]");
    assertThat(values(Form.JSON, array())).containsExactly("[]");
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void of_object_isJson(Form form) {
    assertThat(values(form, new ClaimValue.Members(Map.of("k", text("v")))))
        .containsExactly("{\"k\":\"v\"}");
  }

  @Test
  @DisplayName("rule 175: a missing, null or empty claim makes no header")
  void of_missingClaim_makesNoHeader() {
    var headers =
        new IdentityHeaders(
            List.of(
                new IdentityHeader("X-None", ClaimPath.of("none"), Form.CSV),
                new IdentityHeader("X-User", ClaimPath.of("name"), Form.CSV)));
    assertThat(headers.of(VerifiedTokens.alice().claim("name", "alice").build()))
        .containsExactly(new Header("X-User", "alice"));
    assertThat(values(Form.CSV, new ClaimValue.Null())).isEmpty();
    assertThat(values(Form.JSON, new ClaimValue.Null())).isEmpty();
    assertThat(values(Form.CSV, text(""))).isEmpty();
    assertThat(values(Form.CSV, array())).isEmpty();
    assertThat(values(Form.REPEAT, array())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\rb", "a\nb", "\r\nX-Admin: 1", "a\0", "é\n", "\uD83D", "a\uDC3Bb"})
  @DisplayName("rule 124: CR, LF, NUL and broken text cannot be written, in whatever form")
  void of_unwritableText_isRefused(String claim) {
    for (Form form : Form.values()) {
      Stream.of(
              text(claim),
              array(text("a"), text(claim)),
              array(array(text(claim))),
              array(new ClaimValue.Members(Map.of("k", text(claim)))),
              array(new ClaimValue.Members(Map.of(claim, text("v")))),
              new ClaimValue.Members(Map.of(claim, text("v"))))
          .forEach(value -> assertThat(values(form, value)).as("%s %s", form, value).isNull());
    }
  }

  @Test
  @DisplayName("performance: a route without identity headers shares one empty list")
  void of_noHeadersWanted_isTheSharedEmptyList() {
    assertThat(new IdentityHeaders(List.of()).of(VerifiedTokens.alice().build()))
        .isSameAs(List.of());
  }
}
