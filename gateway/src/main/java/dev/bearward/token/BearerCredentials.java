package dev.bearward.token;

import dev.bearward.http.HeaderView;
import dev.bearward.http.Reason;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/**
 * Takes the Bearer token, or the token bound to a key under the scheme DPoP, out of a request's
 * Authorization field (RFC 6750 section 2.1, RFC 9449 section 7.1, RFC 9110 section 11.4). Nothing
 * but the exact grammar passes: scheme in any case, one or more spaces, and token68 to the end of
 * the field.
 */
public final class BearerCredentials {
  static final String CANONICAL_PREFIX = "Bearer ";
  static final String FIELD = "authorization";
  private static final String SCHEME = "bearer";
  private static final String DPOP_SCHEME = "dpop";
  private static final boolean[] TOKEN68 =
      table("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/");

  private final int maxTokenBytes;
  private final Predicate<String> verifiedBefore;
  private final boolean dpop;

  /**
   * @param maxTokenBytes longest token, in bytes; a longer one is refused before it is looked at
   */
  public BearerCredentials(int maxTokenBytes) {
    this(maxTokenBytes, field -> false);
  }

  /**
   * Leaves out the look at every character where it cannot find anything.
   *
   * @param maxTokenBytes longest token, in bytes; a longer one is refused before it is looked at
   * @param verifiedBefore whether a token was found in exactly that field value before and was
   *     valid, see {@link CachedTokenVerifier#holds}
   */
  public BearerCredentials(int maxTokenBytes, Predicate<String> verifiedBefore) {
    this(maxTokenBytes, verifiedBefore, false);
  }

  /**
   * Also takes tokens under the scheme DPoP, where that is wanted.
   *
   * @param maxTokenBytes longest token, in bytes; a longer one is refused before it is looked at
   * @param verifiedBefore as above
   * @param dpop whether the scheme DPoP is taken as well (RFC 9449 section 7.1); else it counts as
   *     another scheme
   */
  public BearerCredentials(int maxTokenBytes, Predicate<String> verifiedBefore, boolean dpop) {
    if (maxTokenBytes < 1) {
      throw new IllegalArgumentException("token: " + maxTokenBytes + " (expected: 1 byte or more)");
    }
    this.maxTokenBytes = maxTokenBytes;
    this.verifiedBefore = verifiedBefore;
    this.dpop = dpop;
  }

  /** What a request's Authorization field holds. */
  public sealed interface Credentials {}

  /** No field, or one of another scheme. */
  public record Absent() implements Credentials {
    private static final Absent ABSENT = new Absent();
  }

  /** Credentials that are refused, whatever the token says. */
  public record Refused(Reason reason) implements Credentials {
    private static final Refused MALFORMED = new Refused(Reason.MALFORMED_AUTHORIZATION);
    private static final Refused MULTIPLE = new Refused(Reason.MULTIPLE_TOKENS);
    private static final Refused TOO_LARGE = new Refused(Reason.TOKEN_TOO_LARGE);
  }

  /** One token that is well formed as credentials; nothing is known of its contents. */
  public static final class Token implements Credentials {
    private final String field;
    private final int start;
    private final boolean underDpop;

    private Token(String field, int start, boolean underDpop) {
      this.field = field;
      this.start = start;
      this.underDpop = underDpop;
    }

    /** Whether the scheme is DPoP (RFC 9449 section 7.1), else it is Bearer or there is none. */
    public boolean underDpop() {
      return underDpop;
    }

    /** The token; a copy is made at every call. */
    public String value() {
      return field.substring(start);
    }

    /** Whether it has three parts with dots between, as a JWT has; any other token is opaque. */
    boolean hasThreeParts() {
      return CompactJws.hasThreeParts(field, start);
    }

    /** The field value where it is in the usual spelling, else an equivalent in that spelling. */
    String canonicalField() {
      return start == CANONICAL_PREFIX.length() && field.startsWith(CANONICAL_PREFIX)
          ? field
          : CANONICAL_PREFIX.concat(value());
    }

    @Override
    public String toString() {
      return "(token)";
    }
  }

  /** Reads the credentials of one request. */
  public Credentials read(HeaderView headers) {
    String field = headers.first(FIELD);
    if (field == null) {
      return Absent.ABSENT;
    }
    if (headers.count(FIELD) > 1) {
      return Refused.MULTIPLE;
    }
    boolean bearer = field.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    if (!bearer && !(dpop && isUnderDpop(field))) {
      return Absent.ABSENT;
    }
    int schemeEnd = bearer ? SCHEME.length() : DPOP_SCHEME.length();
    int start = afterSpaces(field, schemeEnd);
    if (start == schemeEnd) {
      return start < field.length() && field.charAt(start) < 0x80 && isToken68(field.charAt(start))
          ? Absent.ABSENT
          : Refused.MALFORMED;
    }
    if (field.length() - start > maxTokenBytes) {
      return Refused.TOO_LARGE;
    }
    return found(field, start, !bearer);
  }

  /** Reads a token that came by another way than the field: token68 and nothing else. */
  Credentials readBare(String token) {
    if (token.length() > maxTokenBytes) {
      return Refused.TOO_LARGE;
    }
    String field = CANONICAL_PREFIX.concat(token);
    int start = CANONICAL_PREFIX.length();
    return found(field, start, false);
  }

  /** No token. */
  Credentials absent() {
    return Absent.ABSENT;
  }

  /** More than one token. */
  Credentials multiple() {
    return Refused.MULTIPLE;
  }

  /** Whether the credentials, good or bad, are of the scheme DPoP; for refusals. */
  public static boolean underDpop(HeaderView headers) {
    String field = headers.first(FIELD);
    return field != null && isUnderDpop(field);
  }

  private static boolean isUnderDpop(String field) {
    return field.regionMatches(true, 0, DPOP_SCHEME, 0, DPOP_SCHEME.length());
  }

  private Credentials found(String field, int start, boolean underDpop) {
    return verifiedBefore.test(field)
        ? new Token(field, start, underDpop)
        : checked(field, start, underDpop);
  }

  private static Credentials checked(String field, int start, boolean underDpop) {
    // A character beyond Latin-1 becomes a question mark, which is no token68 either.
    byte[] bytes = field.getBytes(StandardCharsets.ISO_8859_1);
    int end = start;
    while (end < bytes.length && isToken68(bytes[end])) {
      end++;
    }
    boolean empty = end == start;
    while (end < bytes.length && bytes[end] == '=') {
      end++;
    }
    if (end == bytes.length && !empty) {
      return new Token(field, start, underDpop);
    }
    int next = afterSpaces(field, end);
    boolean joined = next < bytes.length && bytes[next] == ',';
    return joined && !empty ? Refused.MULTIPLE : Refused.MALFORMED;
  }

  private static int afterSpaces(String field, int from) {
    int at = from;
    while (at < field.length() && field.charAt(at) == ' ') {
      at++;
    }
    return at;
  }

  private static boolean isToken68(int c) {
    return TOKEN68[c & 0xff];
  }

  private static boolean[] table(String alphabet) {
    boolean[] table = new boolean[256];
    alphabet.chars().forEach(c -> table[c] = true);
    return table;
  }
}
