package dev.bearward.config;

import dev.bearward.config.Urls.Url;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A URL of an issuer that the gateway itself calls. */
final class CalledUrl {
  private static final String EXPECTED = "an https URL without user information and fragment";
  private static final String SECURE =
      "https; plain http beyond loopback only with insecureHttp: true";

  private CalledUrl() {}

  /**
   * The URL, or null when a problem has been reported.
   *
   * @param warning what plain http beyond loopback means, where it was asked for
   */
  static @Nullable Url read(Value value, boolean insecureHttp, String warning) {
    String text = value.text(EXPECTED);
    Optional<Url> url = text == null ? Optional.empty() : Urls.parse(text);
    if (url.isEmpty() || url.get().uri().getHost() == null) {
      if (text != null) {
        value.refuse(EXPECTED);
      }
      return null;
    }
    if (url.get().crossesNetworkInPlain()) {
      if (!insecureHttp) {
        value.refuse(SECURE);
        return null;
      }
      value.problems().warn(value.at(), value.path(), warning);
    }
    return url.get();
  }
}
