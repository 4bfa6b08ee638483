package dev.bearward.config;

import dev.bearward.config.Urls.Url;
import dev.bearward.introspect.IntrospectionSettings;
import dev.bearward.jwks.KeySetSettings;
import dev.bearward.outbound.BasicCredentials;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How an issuer is asked about opaque tokens; nothing of the client's secret is ever shown. */
final class IntrospectionReader {
  private static final String WARNING =
      "introspection goes over plain http: whoever sits on the way reads the client's secret and"
          + " the tokens, and can pass any token";

  private IntrospectionReader() {}

  /**
   * The settings; null when the issuer has no introspection or a problem has been reported.
   *
   * @param keySet says how the issuer is reached and how long it may take, or null for a problem
   */
  static @Nullable IntrospectionSettings read(Section issuer, @Nullable KeySetSettings keySet) {
    Section section =
        issuer.orNull(
            "introspection", v -> (v.isMapping() ? v : v.secret()).section(Keys.INTROSPECTION));
    if (section == null) {
      return null;
    }
    boolean insecureHttp = keySet != null && keySet.insecureHttp();
    Url url =
        section.need(
            "url",
            "the URL of the introspection endpoint",
            v -> CalledUrl.read(v, insecureHttp, WARNING));
    String id = section.need("clientId", "the gateway's own client id", text("a client id"));
    String secret =
        section.need(
            "clientSecret", "its secret", v -> v.secret().text("the secret of the client"));
    Duration cache =
        section.or(
            "cache", Duration.ofSeconds(60), v -> v.duration(Duration.ZERO, Duration.ofHours(1)));
    int concurrency = section.or("concurrency", 32, v -> v.whole(1, 1000));
    if (keySet == null || url == null || id == null || secret == null) {
      return null;
    }
    return new IntrospectionSettings(
        keySet.issuerName(),
        url.uri(),
        new BasicCredentials(id, secret),
        cache,
        concurrency,
        keySet.refresh().timeout(),
        insecureHttp,
        keySet.http());
  }

  private static Function<Value, @Nullable String> text(String expected) {
    return value -> value.text(expected);
  }
}
