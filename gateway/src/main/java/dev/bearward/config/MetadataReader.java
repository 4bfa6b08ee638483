package dev.bearward.config;

import dev.bearward.access.ResourceIdentifier;
import dev.bearward.http.CanonicalPath;
import dev.bearward.http.PublicUrl;
import org.jspecify.annotations.Nullable;

/** The keys under {@code metadata}. */
final class MetadataReader {
  private static final String EXPECTED =
      "an https URL without user information, query and fragment";

  private MetadataReader() {}

  /** What metadata is told of: the resource named, else the public URL; null for none. */
  static @Nullable ResourceIdentifier resource(Section metadata, @Nullable PublicUrl publicUrl) {
    boolean enabled = metadata.or("enabled", true, Value::bool);
    ResourceIdentifier named = metadata.orNull("resource", MetadataReader::identifier);
    if (!enabled || metadata.has("resource")) {
      return enabled ? named : null;
    }
    return publicUrl == null || !publicUrl.https()
        ? null
        : new ResourceIdentifier(publicUrl.toString());
  }

  private static @Nullable ResourceIdentifier identifier(Value value) {
    String text = value.text(EXPECTED);
    if (text == null) {
      return null;
    }
    boolean sound =
        text.startsWith("https://")
            && Urls.parse(text)
                .map(Urls.Url::uri)
                .filter(uri -> uri.getRawQuery() == null && uri.getHost() != null)
                .filter(uri -> uri.getRawPath().isEmpty() || isCanonical(uri.getRawPath()))
                .isPresent();
    if (!sound) {
      value.refuse(EXPECTED);
      return null;
    }
    return new ResourceIdentifier(text);
  }

  /** The metadata's path is compared with what arrives. */
  private static boolean isCanonical(String path) {
    return CanonicalPath.parse(path) instanceof CanonicalPath.Canonical(CanonicalPath canonical)
        && canonical.value().equals(path);
  }
}
