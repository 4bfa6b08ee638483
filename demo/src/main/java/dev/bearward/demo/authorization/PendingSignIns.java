package dev.bearward.demo.authorization;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Requests that wait for a person to choose. Each is used once, from the browser that asked: the
 * form's id must come with that browser's cookie, so another site cannot answer for the person.
 */
final class PendingSignIns {
  static final int MAX_PENDING = 1000;
  static final Duration LIFETIME = Duration.ofMinutes(10);

  private record Pending(AuthorizationRequest.Accepted request, String browser, Instant until) {}

  private final SecureRandom random = new SecureRandom();
  private final Clock clock;
  private final Map<String, Pending> waiting = new LinkedHashMap<>();

  PendingSignIns(Clock clock) {
    this.clock = clock;
  }

  /** 256 random bits, fit for a cookie or a form field. */
  String randomId() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The id for the form. The oldest request makes room when too many wait. */
  synchronized String add(AuthorizationRequest.Accepted request, String browser) {
    if (waiting.size() >= MAX_PENDING) {
      waiting.remove(waiting.keySet().iterator().next());
    }
    String id = randomId();
    waiting.put(id, new Pending(request, browser, clock.instant().plus(LIFETIME)));
    return id;
  }

  /** The request, if it waits, is not too old and belongs to that browser. */
  synchronized Optional<AuthorizationRequest.Accepted> take(String id, String browser) {
    Pending pending = waiting.get(id);
    if (pending == null || !pending.browser().equals(browser)) {
      return Optional.empty();
    }
    waiting.remove(id);
    return clock.instant().isBefore(pending.until())
        ? Optional.of(pending.request())
        : Optional.empty();
  }
}
