package dev.bearward.access;

import dev.bearward.http.Header;
import dev.bearward.http.Reason;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Denials for tests of the room that writes them. */
public final class TestDenials {
  private TestDenials() {}

  /** A denial with all that it can say. */
  public static Denial of(
      Reason reason,
      @Nullable String challenge,
      List<Header> headers,
      @Nullable Duration retryAfter) {
    return new Denial(reason, null, null, challenge, headers, retryAfter);
  }
}
