package dev.bearward.config;

import dev.bearward.token.TokenSource;
import dev.bearward.token.TokenSources;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where a route takes its token from: {@code tokenFrom}. */
final class TokenSourceReader {
  private static final int MOST = 8;
  private static final String EXPECTED =
      "header, {query: name}, {cookie: name} or {webSocketProtocol: name}";
  private static final Pattern PARAMETER = Pattern.compile("[A-Za-z0-9._~-]{1,64}");
  // cookie-name, RFC 6265 section 4.1.1.
  private static final Pattern COOKIE = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");

  // token, RFC 9110 section 5.6.2.
  private static final Pattern PROTOCOL = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}");

  private TokenSourceReader() {}

  /** The sources; null when a problem has been reported. */
  static @Nullable TokenSources read(Value value) {
    Set<TokenSource> seen = new HashSet<>();
    List<TokenSource> sources = value.list(1, MOST, item -> once(item, seen));
    return sources == null || sources.isEmpty() ? null : new TokenSources(sources);
  }

  private static @Nullable TokenSource once(Value item, Set<TokenSource> seen) {
    TokenSource source = source(item);
    boolean scalar = source instanceof TokenSource.Header;
    if (source != null && !seen.add(source) && !scalar) {
      item.report("stands twice (expected: once)");
      return null;
    }
    return source;
  }

  private static @Nullable TokenSource source(Value item) {
    if (item.is("header")) {
      return new TokenSource.Header();
    }
    if (!item.isMapping()) {
      item.refuse(EXPECTED);
      return null;
    }
    Section mapping = Section.of(item, Keys.TOKEN_SOURCE);
    if (Stream.of("query", "cookie", "webSocketProtocol").filter(mapping::has).count() != 1) {
      if (item.problems().noneUnder(item.path())) {
        item.report("not one of query, cookie and webSocketProtocol (expected: " + EXPECTED + ")");
      }
      return null;
    }
    if (mapping.has("query")) {
      return mapping.orNull("query", TokenSourceReader::query);
    }
    return mapping.has("cookie")
        ? mapping.orNull("cookie", TokenSourceReader::cookie)
        : mapping.orNull("webSocketProtocol", TokenSourceReader::protocol);
  }

  private static @Nullable TokenSource query(Value value) {
    String name = value.text(PARAMETER, "a parameter name of letters, digits and . _ ~ -");
    return name == null ? null : new TokenSource.Query(name);
  }

  private static @Nullable TokenSource cookie(Value value) {
    String name = value.text(COOKIE, "a cookie name");
    return name == null ? null : new TokenSource.Cookie(name);
  }

  private static @Nullable TokenSource protocol(Value value) {
    String name = value.text(PROTOCOL, "the name of a sub-protocol");
    return name == null ? null : new TokenSource.WebSocketProtocol(name);
  }
}
