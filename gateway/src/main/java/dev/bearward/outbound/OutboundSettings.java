package dev.bearward.outbound;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the gateway's own calls go out.
 *
 * @param ca PEM file of additional trusted certificate authorities, or null for the platform's
 * @param proxy HTTP proxy such as {@code http://proxy:3128}, or null
 */
public record OutboundSettings(@Nullable Path ca, @Nullable URI proxy) {}
