package dev.bearward.token;

import dev.bearward.token.ClaimValue.Array;
import dev.bearward.token.ClaimValue.Members;
import dev.bearward.token.ClaimValue.Null;
import dev.bearward.token.ClaimValue.Numeric;
import dev.bearward.token.ClaimValue.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Claims of a token as they stand in it (RFC 7519 section 4); nothing says yet that they hold. */
final class TokenClaims {
  /** The claims that every verification reads. */
  static final Set<String> STANDARD =
      Set.of(
          "iss",
          "sub",
          "aud",
          "exp",
          "nbf",
          "iat",
          "jti",
          "client_id",
          "azp",
          "typ",
          "token_use",
          "events",
          "at_hash",
          "c_hash",
          "cnf");

  private static final List<String> TEXTS = List.of("sub", "jti", "client_id", "azp");
  private static final List<String> TIMES = List.of("exp", "nbf", "iat");

  private final Map<String, ClaimValue> claims;

  private TokenClaims(Map<String, ClaimValue> claims) {
    this.claims = claims;
  }

  /** The wanted claims, or null when the JSON is malformed or a standard claim has another type. */
  static @Nullable TokenClaims read(byte[] json, Set<String> wanted) {
    return of(StrictJson.read(json, wanted));
  }

  /** As {@link #read}, but a null is a member left out, as servers that write every field have. */
  static @Nullable TokenClaims readReply(byte[] json, Set<String> wanted) {
    Map<String, ClaimValue> claims = StrictJson.read(json, wanted);
    if (claims != null) {
      claims.values().removeIf(value -> value instanceof Null);
    }
    return of(claims);
  }

  private static @Nullable TokenClaims of(@Nullable Map<String, ClaimValue> claims) {
    if (claims == null || !hasStandardTypes(claims)) {
      return null;
    }
    ClaimValue audience = claims.get("aud");
    return audience != null && texts(audience) == null ? null : new TokenClaims(claims);
  }

  private static boolean hasStandardTypes(Map<String, ClaimValue> claims) {
    ClaimValue issuer = claims.get("iss");
    if (issuer != null && !(issuer instanceof Text)) {
      return false;
    }
    for (String name : TIMES) {
      ClaimValue value = claims.get(name);
      if (value != null && !(value instanceof Numeric)) {
        return false;
      }
    }
    for (String name : TEXTS) {
      ClaimValue value = claims.get(name);
      if (value != null && !(value instanceof Text || value instanceof Null)) {
        return false;
      }
    }
    return true;
  }

  /** The strings of a string or of an array of strings; null for anything else. */
  static @Nullable List<String> texts(@Nullable ClaimValue value) {
    if (value instanceof Text(String text)) {
      return List.of(text);
    }
    if (!(value instanceof Array(List<ClaimValue> items))) {
      return null;
    }
    List<String> texts = new ArrayList<>(items.size());
    for (ClaimValue item : items) {
      if (!(item instanceof Text(String text))) {
        return null;
      }
      texts.add(text);
    }
    return texts;
  }

  /** Whether the claim is there, JSON null not counted. */
  boolean has(String name) {
    ClaimValue value = claims.get(name);
    return value != null && !(value instanceof Null);
  }

  /** Whether something stands at a path, JSON null not counted. */
  boolean has(ClaimPath path) {
    ClaimValue value = at(path);
    return value != null && !(value instanceof Null);
  }

  /** A top-level claim that is a string, else null. */
  @Nullable String text(String name) {
    return claims.get(name) instanceof Text(String text) ? text : null;
  }

  /** A time in milliseconds since the epoch, or that other number when the claim is absent. */
  long millis(String name, long otherwise) {
    return claims.get(name) instanceof Numeric(var seconds)
        ? NumericDate.millis(seconds)
        : otherwise;
  }

  /** What stands at a path, or null. */
  @Nullable ClaimValue at(ClaimPath path) {
    List<String> names = path.names();
    ClaimValue value = claims.get(names.getFirst());
    for (int i = 1; i < names.size() && value != null; i++) {
      value = value instanceof Members(var members) ? members.get(names.get(i)) : null;
    }
    return value;
  }
}
