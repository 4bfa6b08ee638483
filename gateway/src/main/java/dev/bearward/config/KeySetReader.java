package dev.bearward.config;

import dev.bearward.config.Urls.Url;
import dev.bearward.jwks.KeySetSettings;
import dev.bearward.jwks.KeySetSettings.Discovery;
import dev.bearward.jwks.KeySetSettings.File;
import dev.bearward.jwks.KeySetSettings.Inline;
import dev.bearward.jwks.KeySetSettings.Location;
import dev.bearward.jwks.KeySetSettings.NoKeys;
import dev.bearward.jwks.KeySetSettings.Refresh;
import dev.bearward.outbound.OutboundSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where an issuer's keys come from, and how they are kept fresh. */
final class KeySetReader {
  private static final Duration DAYS_30 = Duration.ofDays(30);

  private static final String FETCHED = "keys.url, or discovery";
  private static final String CALLED = "keys.url, discovery or introspection";

  private final Section issuer;
  private final Folder folder;
  private final boolean insecureHttp;

  KeySetReader(Section issuer, Folder folder) {
    this.issuer = issuer;
    this.folder = folder;
    this.insecureHttp = issuer.or("insecureHttp", false, Value::bool);
  }

  /** The key set, or null when a problem has been reported. */
  @Nullable KeySetSettings read(
      @Nullable String name, @Nullable String identifier, boolean onlyHmac) {
    Location location = location(identifier, onlyHmac);
    Refresh refresh = refresh(issuer.inner("refresh", Keys.REFRESH));
    Section calls = issuer.inner("http", Keys.ISSUER_HTTP);
    boolean fetched = location == null || isFetched(location);
    boolean called = fetched || issuer.has("introspection");
    var http =
        new OutboundSettings(
            used(called, calls, "ca", CALLED, folder::readable),
            used(called, calls, "proxy", CALLED, KeySetReader::proxy));
    // Introspection has credentials of its own.
    Path token = used(fetched, calls, "tokenFile", FETCHED, folder::readable);
    return location == null || name == null || identifier == null
        ? null
        : new KeySetSettings(name, identifier, location, insecureHttp, refresh, http, token);
  }

  private static boolean isFetched(Location location) {
    return switch (location) {
      case Discovery _, KeySetSettings.Url _ -> true;
      case File _, Inline _, NoKeys _ -> false;
    };
  }

  private static <T> @Nullable T used(
      boolean used,
      Section section,
      String key,
      String expected,
      Function<Value, @Nullable T> read) {
    if (!used && section.has(key)) {
      section.report(key, "never used (expected: " + expected + ")");
      return null;
    }
    return section.orNull(key, read);
  }

  private @Nullable Location location(@Nullable String identifier, boolean onlyHmac) {
    if (onlyHmac) {
      if (issuer.has("keys")) {
        issuer.report("keys", "never used (expected: an asymmetric algorithm in algorithms)");
      }
      return new NoKeys();
    }
    if (!issuer.has("keys")) {
      return identifier == null ? null : discovery();
    }
    if (none()) {
      return new NoKeys();
    }
    Section keys = issuer.orNull("keys", v -> v.section(Keys.ISSUER_KEYS));
    if (keys == null) {
      return null;
    }
    Location url = keys.orNull("url", this::url);
    Location file = keys.orNull("file", this::file);
    Location inline = keys.orNull("inline", KeySetReader::inline);
    if (Keys.ISSUER_KEYS.built().stream().filter(keys::has).count() != 1) {
      keys.whole().refuse("exactly one of url, file, inline");
      return null;
    }
    return url != null ? url : file != null ? file : inline;
  }

  /** Whether no JWT of the issuer is to be accepted, since all its tokens are opaque. */
  private boolean none() {
    Value keys = issuer.find("keys");
    if (keys == null || !keys.is("none")) {
      return false;
    }
    if (!issuer.has("introspection")) {
      keys.refuse("url, file or inline; none only with introspection beside it");
    }
    return true;
  }

  /** Discovery takes the issuer for a URL (RFC 8414 section 2): no query, no fragment. */
  private @Nullable Location discovery() {
    Value value = issuer.find("issuer");
    if (value == null) {
      return null;
    }
    Url url = fetched(value);
    if (url != null && url.uri().getRawQuery() != null) {
      value.refuse("a URL without a query, or keys beside it");
      return null;
    }
    return url == null ? null : new Discovery();
  }

  private @Nullable Location url(Value value) {
    Url url = fetched(value);
    return url == null ? null : new KeySetSettings.Url(url.uri());
  }

  private @Nullable Location file(Value value) {
    Path file = folder.readable(value);
    return file == null ? null : new File(file);
  }

  private static @Nullable Location inline(Value value) {
    String json = JwkSetReader.json(value);
    return json == null ? null : new Inline(json);
  }

  private @Nullable Url fetched(Value value) {
    return CalledUrl.read(
        value,
        insecureHttp,
        "keys come over plain http: whoever sits on the way can forge this issuer's tokens");
  }

  private Refresh refresh(Section refresh) {
    Duration every =
        refresh.or(
            "every",
            Duration.ofMinutes(10),
            v -> v.duration(Duration.ofSeconds(1), Duration.ofHours(24)));
    Duration cooldown =
        refresh.or(
            "cooldown",
            Duration.ofSeconds(30),
            v -> v.duration(Duration.ofMillis(100), Duration.ofHours(1)));
    int burst = refresh.or("burst", 2, v -> v.whole(1, 100));
    Duration timeout =
        refresh.or(
            "timeout",
            Duration.ofSeconds(5),
            v -> v.duration(Duration.ofMillis(100), Duration.ofMinutes(1)));
    Duration staleFor =
        refresh.or(
            "staleFor", Duration.ofHours(24), v -> v.duration(Duration.ofSeconds(1), DAYS_30));
    if (staleFor.compareTo(every) < 0) {
      refresh.report(
          "staleFor",
          Units.format(staleFor) + " (expected: at least every, " + Units.format(every) + ")");
    }
    Path persist = refresh.orNull("persist", folder::file);
    return new Refresh(every, cooldown, burst, timeout, staleFor, persist);
  }

  private static @Nullable URI proxy(Value value) {
    String expected = "http://host:port without user information and path";
    String text = value.text(expected);
    if (text == null) {
      return null;
    }
    Optional<Url> url = Urls.parse(text);
    if (url.isEmpty()
        || url.get().https()
        || !url.get().isOrigin()
        || url.get().uri().getHost() == null
        || url.get().uri().getPort() < 0) {
      value.refuse(expected);
      return null;
    }
    return url.get().uri();
  }
}
