package dev.bearward.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.http.TestHeads;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSourcesTest {
  private static final BearerCredentials READER = new BearerCredentials(16);
  private static final TokenSource HEADER = new TokenSource.Header();
  private static final TokenSource QUERY = new TokenSource.Query("access_token");
  private static final TokenSource COOKIE = new TokenSource.Cookie("at");
  private static final TokenSources ALL = new TokenSources(List.of(HEADER, QUERY, COOKIE));

  private static RequestHead head(@Nullable String query, String... fields) {
    RequestHead plain = TestHeads.head("GET", "h", "/", fields);
    return plain.with(query, plain.headers());
  }

  /** The token, or the reason it is refused for, or none. */
  private static String read(TokenSources sources, RequestHead head) {
    return switch (sources.read(head, READER).credentials()) {
      case BearerCredentials.Absent _ -> "none";
      case BearerCredentials.Refused(Reason reason) -> reason.label();
      case BearerCredentials.Token token -> token.value();
    };
  }

  @Test
  @DisplayName("rules 1, 161: each place is looked at only where it is listed")
  void read_onePlace_isTakenWhereListed() {
    var inField = head(null, "Authorization", "Bearer f");
    var inQuery = head("access_token=q");
    var inCookie = head(null, "Cookie", "at=c");
    readAlone(HEADER, inField, inQuery, inCookie, "f", "none", "none");
    readAlone(QUERY, inField, inQuery, inCookie, "none", "q", "none");
    readAlone(COOKIE, inField, inQuery, inCookie, "none", "none", "c");
    assertThat(ALL.read(inCookie, READER).inCookie()).isTrue();
    assertThat(ALL.read(inQuery, READER).inCookie()).isFalse();
  }

  private static void readAlone(
      TokenSource source,
      RequestHead inField,
      RequestHead inQuery,
      RequestHead inCookie,
      String... expected) {
    var sources = new TokenSources(List.of(source));
    assertThat(List.of(read(sources, inField), read(sources, inQuery), read(sources, inCookie)))
        .containsExactly(expected);
  }

  @Test
  @DisplayName("rules 3, 4: two tokens, in whatever places, are refused")
  void read_twoTokens_isRefused() {
    for (RequestHead two :
        List.of(
            head("access_token=q", "Authorization", "Bearer f"),
            head("access_token=q", "Cookie", "at=c"),
            head(null, "Authorization", "Bearer f", "Cookie", "at=c"),
            head("access_token=q&access_token=q"),
            head("access_token=q&x=1&access%5Ftoken=r"),
            head(null, "Cookie", "at=c; at=c"),
            head(null, "Cookie", "at=c", "Cookie", "b=1; at=d"),
            head(null, "Authorization", "Bearer f", "Authorization", "Bearer f"))) {
      assertThat(read(ALL, two)).as("%s", two).isEqualTo("multiple_tokens");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer f", "Basic YTpi", "Bearer", "", "x"})
  @DisplayName("rule 11: an Authorization field of any kind beside another token is refused")
  void read_authorizationBesideToken_isRefused(String authorization) {
    for (TokenSources sources : List.of(ALL, new TokenSources(List.of(QUERY)))) {
      assertThat(read(sources, head("access_token=q", "Authorization", authorization)))
          .isEqualTo("multiple_tokens");
    }
    assertThat(read(ALL, head(null, "Cookie", "at=c", "Authorization", authorization)))
        .isEqualTo("multiple_tokens");
  }

  @ParameterizedTest
  @CsvSource({
    "access_token=q, q",
    "a=1&access_token=q&b=2, q",
    "access%5ftoken=q, q",
    "%61ccess_token=%71, q",
    "access_token=a%2Bb%2F%3D, a+b/=",
    "access_token=q=, q=",
    "access_token=a+b, malformed_authorization",
    "access_token=a%20b, malformed_authorization",
    "access_token=%, malformed_authorization",
    "access_token=%e2%82%ac, malformed_authorization",
    "'access_token=a,b', multiple_tokens",
    "access_token==, malformed_authorization",
    "access_token=12345678901234567, token_too_large",
    "access_token=, none",
    "access_token, none",
    "access_token=&access_token=q, q",
    "Access_Token=q, none",
    "access_tokens=q, none",
    "xaccess_token=q, none",
    "a=access_token=q, none",
    "'', none",
    "&&, none"
  })
  @DisplayName("rules 2, 14, 161: the parameter's name and value by the letter, once decoded")
  void read_query_isStrict(String query, String expected) {
    assertThat(read(ALL, head(query))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "at=c, c",
    "a=1; at=c; b=2, c",
    "a=1;at=c, c",
    "at = c, c",
    "at=c=, c=",
    "at=\"c\", malformed_authorization",
    "at=a b, malformed_authorization",
    "at=, none",
    "at, none",
    "At=c, none",
    "xat=c, none",
    "b=at=c, none",
    "at=; at=c, c",
    "at=12345678901234567, token_too_large"
  })
  @DisplayName("rules 2, 14, 161: the cookie's name and value by the letter")
  void read_cookie_isStrict(String cookie, String expected) {
    assertThat(read(ALL, head(null, "Cookie", cookie))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "access_token=q, null",
        "a=1&access_token=q&b=2, a=1&b=2",
        "access_token=q&a=%20+&&, a=%20+&&",
        "&access_token=q, ''",
        "access_token=&a&access%5Ftoken=r, a",
        "x=%61&y=access_token, x=%61&y=access_token",
        "a=b&&c=%7e, a=b&&c=%7e"
      })
  @DisplayName("rule 161: the parameter is taken out, the rest of the query is left byte for byte")
  void withoutTokens_query_keepsTheRest(String query, @Nullable String expected) {
    assertThat(ALL.withoutTokens(head(query)).query()).isEqualTo(expected);
  }

  private static List<String> cookies(String... fields) {
    var left = new ArrayList<String>();
    var headers = ALL.withoutTokens(head(null, fields)).headers();
    headers.forEach((name, value) -> left.add(name + ": " + value));
    assertThat(headers.all("cookie"))
        .hasSize((int) left.stream().filter(TokenSourcesTest::isCookie).count());
    assertThat(headers.first("COOKIE") == null).isEqualTo(headers.count("cookie") == 0);
    return left;
  }

  private static boolean isCookie(String line) {
    return line.regionMatches(true, 0, "cookie:", 0, 7);
  }

  @Test
  @DisplayName("rule 161: the cookie is taken out, the others are left byte for byte")
  void withoutTokens_cookie_keepsTheOthers() {
    assertThat(cookies("Cookie", "a=1; at=c; b=\"2;\"")).containsExactly("Cookie: a=1; b=\"2;\"");
    assertThat(cookies("Cookie", "at=c; a=1;b=2")).containsExactly("Cookie: a=1;b=2");
    assertThat(cookies("Cookie", "a=1; at=c")).containsExactly("Cookie: a=1");
    assertThat(cookies("Cookie", "at=c", "X", "at=c")).containsExactly("X: at=c");
    assertThat(cookies("Cookie", "at=c;")).isEmpty();
    assertThat(cookies("cookie", "at=; at=d", "COOKIE", "b; at=e")).containsExactly("COOKIE: b");
    assertThat(cookies("Cookie", "xat=1;  y=at=2")).containsExactly("Cookie: xat=1;  y=at=2");
    assertThat(cookies("X", "1")).containsExactly("X: 1");
  }

  @Test
  @DisplayName("rule 12: no source prints a token")
  void toString_namesPlacesOnly() {
    assertThat(ALL.toString()).contains("access_token", "at");
    assertThat(ALL.read(head("access_token=secret"), READER).toString()).doesNotContain("secret");
  }

  private static final TokenSources PROTOCOL =
      new TokenSources(List.of(HEADER, new TokenSource.WebSocketProtocol("bearer")));

  private static RequestHead handshake(String... protocols) {
    var fields = new ArrayList<String>(List.of("Upgrade", "websocket"));
    for (String line : protocols) {
      fields.addAll(List.of("Sec-WebSocket-Protocol", line));
    }
    return head(null, fields.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bearer, t|t",
        "chat,bearer,t,v2|t",
        "bearer ,,\tt|t",
        "t, bearer|none",
        "bearer|none",
        "Bearer, t|none",
        "chat, xbearer, t|none",
        "bearer, bearer|bearer",
        "bearer, t, bearer, u|multiple_tokens",
        "bearer, a b|malformed_authorization",
        "bearer, \"t\"|malformed_authorization",
        "bearer, 12345678901234567|token_too_large"
      })
  @DisplayName("rules 2, 14, 161: the token is the sub-protocol offered right after the named one")
  void read_subprotocol_isStrict(String offered, String expected) {
    assertThat(read(PROTOCOL, handshake(offered))).isEqualTo(expected);
  }

  @Test
  @DisplayName("rules 3, 161: several lines are one list; other tokens beside it are refused")
  void read_subprotocol_overLines() {
    assertThat(read(PROTOCOL, handshake("chat", "bearer", "t"))).isEqualTo("t");
    assertThat(read(PROTOCOL, handshake("bearer, t", "bearer, t"))).isEqualTo("multiple_tokens");
    assertThat(read(ALL, handshake("bearer, t"))).as("not listed").isEqualTo("none");
    assertThat(PROTOCOL.headerOnly()).isFalse();
    for (String field : List.of("Bearer f", "Basic YTpi", "")) {
      var both =
          head(
              null,
              "Upgrade",
              "websocket",
              "Sec-WebSocket-Protocol",
              "bearer, t",
              "Authorization",
              field);
      assertThat(read(PROTOCOL, both)).isEqualTo("multiple_tokens");
    }
    assertThat(read(PROTOCOL, head(null, "Sec-WebSocket-Protocol", "bearer, t")))
        .as("no WebSocket")
        .isEqualTo("none");
  }

  private static List<String> protocols(String... lines) {
    return PROTOCOL.withoutTokens(handshake(lines)).headers().all("sec-websocket-protocol");
  }

  @Test
  @DisplayName("rules 155, 161: name and token are taken out, the other sub-protocols stay")
  void withoutTokens_subprotocol_keepsTheOthers() {
    assertThat(protocols("chat,v2", "x ,y")).containsExactly("chat,v2", "x ,y");
    assertThat(protocols("chat, bearer, t, v2")).containsExactly("chat, v2");
    assertThat(protocols("bearer, t")).isEmpty();
    assertThat(protocols("bearer")).isEmpty();
    assertThat(protocols("a,bearer", "t,b", "c")).containsExactly("a", "b", "c");
    assertThat(protocols("bearer, bearer, t, v2")).containsExactly("v2");
    var lines = new ArrayList<String>();
    PROTOCOL
        .withoutTokens(handshake("bearer, t", "chat"))
        .headers()
        .forEach((name, value) -> lines.add(name + ": " + value));
    assertThat(lines).containsExactly("Upgrade: websocket", "Sec-WebSocket-Protocol: chat");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {"bearer, t|bearer", "bearer|bearer", "bearer, t, chat|null", "chat|null"})
  @DisplayName("rule 161: the name is agreed to where nothing else was offered")
  void agreedProtocol_nothingElseOffered(String offered, @Nullable String expected) {
    assertThat(PROTOCOL.agreedProtocol(handshake(offered))).isEqualTo(expected);
    assertThat(ALL.agreedProtocol(handshake(offered))).isNull();
    assertThat(PROTOCOL.agreedProtocol(head(null))).isNull();
  }
}
