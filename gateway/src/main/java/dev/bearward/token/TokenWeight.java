package dev.bearward.token;

import dev.bearward.token.ClaimValue.Array;
import dev.bearward.token.ClaimValue.Bool;
import dev.bearward.token.ClaimValue.Members;
import dev.bearward.token.ClaimValue.Null;
import dev.bearward.token.ClaimValue.Numeric;
import dev.bearward.token.ClaimValue.Text;
import java.util.Map;

/** What an entry of the cache takes on the heap, in bytes, rather more than less. */
final class TokenWeight {
  /** The cache's node, the hash table's share, the facts and their empty collections. */
  private static final int ENTRY_BYTES = 532;

  private static final int OBJECT_BYTES = 48;

  /** Two thumbprints of 43 characters. */
  private static final int CONFIRMATION_BYTES = 3 * OBJECT_BYTES + 2 * 43;

  private static final int MEMBER_BYTES = 72;

  private TokenWeight() {}

  /** Weight of a field, which is ASCII since its token was verified, and its facts. */
  static int bytes(String field, Verified facts) {
    long bytes = (long) ENTRY_BYTES + OBJECT_BYTES + field.length();
    for (String audience : facts.audiences()) {
      bytes += text(audience);
    }
    for (String scope : facts.scopes()) {
      bytes += text(scope);
    }
    bytes += facts.subject() == null ? 0 : text(facts.subject());
    bytes += facts.clientId() == null ? 0 : text(facts.clientId());
    bytes += facts.tokenId() == null ? 0 : text(facts.tokenId());
    bytes += facts.confirmation() == null ? 0 : CONFIRMATION_BYTES;
    for (ClaimValue value : facts.claims().values()) {
      bytes += MEMBER_BYTES + value(value);
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  /** A string with its array; two bytes a character once there is one beyond Latin-1. */
  private static long text(String text) {
    return OBJECT_BYTES + (isLatin1(text) ? 1L : 2L) * text.length();
  }

  private static boolean isLatin1(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xff) {
        return false;
      }
    }
    return true;
  }

  private static long value(ClaimValue value) {
    return switch (value) {
      case Text(String text) -> OBJECT_BYTES + text(text);
      case Numeric _ -> 3 * OBJECT_BYTES;
      case Bool _, Null _ -> 0;
      case Array(var items) ->
          2 * OBJECT_BYTES + items.stream().mapToLong(TokenWeight::value).sum();
      case Members(var members) -> 2 * OBJECT_BYTES + members(members);
    };
  }

  private static long members(Map<String, ClaimValue> members) {
    long bytes = 0;
    for (Map.Entry<String, ClaimValue> member : members.entrySet()) {
      bytes += MEMBER_BYTES + text(member.getKey()) + value(member.getValue());
    }
    return bytes;
  }
}
