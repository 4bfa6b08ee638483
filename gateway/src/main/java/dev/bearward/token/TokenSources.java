package dev.bearward.token;

import dev.bearward.http.HeaderView;
import dev.bearward.http.RequestHead;
import dev.bearward.http.WebSocketHandshake;
import dev.bearward.token.BearerCredentials.Credentials;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes the one token of a request from the places that a route looks at. Two tokens are refused,
 * whichever they are (RFC 6750 section 2), and so is any Authorization field beside a token of
 * another place, so that no credentials go unread. A parameter or cookie without a value counts as
 * omitted.
 */
public final class TokenSources {
  /** The Authorization field alone. */
  public static final TokenSources HEADER = new TokenSources(List.of(new TokenSource.Header()));

  private final List<TokenSource> all;
  private final boolean header;
  private final List<String> parameters = new ArrayList<>();
  private final List<String> cookies = new ArrayList<>();
  private final List<String> protocols = new ArrayList<>();

  /**
   * Takes the places to look at.
   *
   * @throws IllegalArgumentException when there is none
   */
  public TokenSources(Collection<TokenSource> sources) {
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("tokenFrom: none (expected: at least one)");
    }
    all = List.copyOf(sources);
    header = all.stream().anyMatch(TokenSource.Header.class::isInstance);
    for (TokenSource source : all) {
      switch (source) {
        case TokenSource.Header() -> {}
        case TokenSource.Query(String parameter) -> parameters.add(parameter);
        case TokenSource.Cookie(String name) -> cookies.add(name);
        case TokenSource.WebSocketProtocol(String name) -> protocols.add(name);
      }
    }
  }

  /** What was found, and whether it stood in a cookie, which browsers send by themselves. */
  public record Found(Credentials credentials, boolean inCookie) {}

  /** All of them, in the order of the configuration. */
  public List<TokenSource> all() {
    return all;
  }

  /** Whether nothing but the Authorization field is looked at. */
  public boolean headerOnly() {
    return header && parameters.isEmpty() && cookies.isEmpty() && protocols.isEmpty();
  }

  /** Whether a token may come in a cookie. */
  public boolean usesCookies() {
    return !cookies.isEmpty();
  }

  /** Reads the credentials of one request. */
  public Found read(RequestHead head, BearerCredentials reader) {
    var elsewhere = new ArrayList<String>(1);
    var inCookies = new ArrayList<String>(1);
    String query = head.query();
    if (query != null) {
      parameters.forEach(name -> QueryText.values(query, name, elsewhere));
    }
    if (!protocols.isEmpty() && WebSocketHandshake.isWanted(head.headers())) {
      List<String> offered = head.headers().all(WebSocketHandshake.SUBPROTOCOLS);
      protocols.forEach(name -> ProtocolText.values(offered, name, elsewhere));
    }
    for (String field : cookies.isEmpty() ? List.<String>of() : head.headers().all("cookie")) {
      cookies.forEach(name -> CookieText.values(field, name, inCookies));
    }
    int found = elsewhere.size() + inCookies.size();
    if (found == 0) {
      return new Found(header ? reader.read(head.headers()) : reader.absent(), false);
    }
    if (found > 1 || head.headers().first(BearerCredentials.FIELD) != null) {
      return new Found(reader.multiple(), false);
    }
    return elsewhere.isEmpty()
        ? new Found(reader.readBare(inCookies.getFirst()), true)
        : new Found(reader.readBare(elsewhere.getFirst()), false);
  }

  /**
   * The request without these query parameters, cookies and sub-protocols, whatever they hold; all
   * else stays byte for byte. The Authorization field is none of its business.
   */
  public RequestHead withoutTokens(RequestHead head) {
    String query = head.query();
    for (String name : query == null ? List.<String>of() : parameters) {
      query = query == null ? null : QueryText.without(query, name);
    }
    HeaderView headers =
        cookies.isEmpty() || head.headers().first("cookie") == null
            ? head.headers()
            : new WithoutCookies(head.headers(), cookies);
    if (!protocols.isEmpty() && headers.first(WebSocketHandshake.SUBPROTOCOLS) != null) {
      headers = WithoutProtocols.of(headers, protocols);
    }
    return head.with(query, headers);
  }

  /**
   * The sub-protocol to agree to if the upstream agrees to none, or null. Browsers that offered
   * some fail a handshake whose answer names none (WebSockets Standard), and what the gateway took
   * out may have been all.
   */
  public @Nullable String agreedProtocol(RequestHead head) {
    List<String> offered =
        protocols.isEmpty() ? List.of() : head.headers().all(WebSocketHandshake.SUBPROTOCOLS);
    boolean others = ProtocolText.without(offered, protocols).stream().anyMatch(Objects::nonNull);
    return others ? null : ProtocolText.named(offered, protocols);
  }

  @Override
  public String toString() {
    return all.toString();
  }
}
