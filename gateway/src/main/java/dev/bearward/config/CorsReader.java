package dev.bearward.config;

import dev.bearward.cors.AllowedOrigins;
import dev.bearward.cors.CorsPolicy;
import dev.bearward.http.Authority;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a route says about other origins. */
final class CorsReader {
  static final String EVERY_ORIGIN = "*";
  private static final int MOST = 100;
  private static final Pattern ORIGIN = Pattern.compile("([a-z][a-z0-9+.-]*)://(.+)");
  private static final String EXPECTED =
      "an origin as browsers send it, scheme://host or scheme://host:port in lower case,"
          + " without a default port, path or slash at the end";

  private CorsReader() {}

  /** The policy; null when nobody is allowed or a problem has been reported. */
  static @Nullable CorsPolicy read(Value value) {
    if (value.is("passthrough")) {
      return new CorsPolicy.Passthrough(List.of());
    }
    if (!value.isMapping()) {
      value.refuse("passthrough, or a mapping with origins");
      return null;
    }
    Section cors = Section.of(value, Keys.CORS);
    List<String> origins =
        cors.need("origins", "a list of origins", v -> v.list(0, MOST, CorsReader::origin));
    boolean credentials = cors.or("credentials", false, Value::bool);
    List<String> methods = cors.or("methods", List.of(), v -> v.list(0, MOST, Methods::read));
    List<String> headers = headers(cors, "headers", List.of("Authorization", "Content-Type"));
    List<String> exposed = headers(cors, "exposeHeaders", List.of("WWW-Authenticate"));
    Duration maxAge =
        cors.or(
            "maxAge", Duration.ofMinutes(10), v -> v.duration(Duration.ZERO, Duration.ofHours(24)));
    if (origins == null || origins.isEmpty()) {
      return null;
    }
    return !origins.contains(EVERY_ORIGIN) || alone(cors, origins, credentials)
        ? new CorsPolicy.Answered(origins, methods, headers, exposed, credentials, maxAge)
        : null;
  }

  private static List<String> headers(Section cors, String key, List<String> otherwise) {
    return cors.or(key, otherwise, v -> v.list(0, MOST, HeaderNames::any));
  }

  /** Every origin stands alone and sends no credentials (rule 165). */
  private static boolean alone(Section cors, List<String> origins, boolean credentials) {
    if (origins.size() > 1) {
      cors.report("origins", "* beside others (expected: * alone, or origins)");
    }
    if (credentials) {
      cors.report("credentials", "true (expected: false where origins is *)");
    }
    return origins.size() == 1 && !credentials;
  }

  /** Origins that are named one by one. */
  static @Nullable AllowedOrigins allowed(Value value) {
    List<String> origins = value.list(0, MOST, CorsReader::exactOrigin);
    return origins == null ? null : new AllowedOrigins(origins);
  }

  private static @Nullable String origin(Value value) {
    return value.is(EVERY_ORIGIN) ? EVERY_ORIGIN : exactOrigin(value);
  }

  private static @Nullable String exactOrigin(Value value) {
    String text = value.text(EXPECTED);
    if (text != null && !serialised(text)) {
      value.refuse(EXPECTED);
      return null;
    }
    return text;
  }

  /** RFC 6454 section 6.2; {@code null} is none (rule 164). */
  private static boolean serialised(String text) {
    Matcher origin = ORIGIN.matcher(text);
    if (!origin.matches()
        || !(Authority.parse(origin.group(2)) instanceof Authority.Valid(Authority authority))
        || !authority.value().equals(origin.group(2))) {
      return false;
    }
    return switch (origin.group(1)) {
      case "http" -> authority.port() != 80;
      case "https" -> authority.port() != 443;
      default -> true;
    };
  }
}
