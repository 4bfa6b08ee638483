package dev.bearward.token;

import com.github.benmanes.caffeine.cache.Interner;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What many tokens of an issuer say alike, kept once as long as a token is remembered that says it:
 * less memory for each token, and what a request's decision looks at is the same few bytes for all
 * of them.
 */
final class SharedFacts {
  private final Interner<Set<String>> scopes = Interner.newWeakInterner();
  private final Interner<List<String>> audiences = Interner.newWeakInterner();
  private final Interner<String> clientIds = Interner.newWeakInterner();

  /** An equal set, immutable. */
  Set<String> scopes(Set<String> own) {
    return scopes.intern(Set.copyOf(own));
  }

  /** An equal list, immutable. */
  List<String> audiences(List<String> own) {
    return audiences.intern(List.copyOf(own));
  }

  /** An equal text, or null for null. */
  @Nullable String clientId(@Nullable String own) {
    return own == null ? null : clientIds.intern(own);
  }
}
