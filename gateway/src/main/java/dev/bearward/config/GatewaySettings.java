package dev.bearward.config;

import dev.bearward.access.ResourceIdentifier;
import dev.bearward.access.RoutePlan;
import dev.bearward.admin.AdminSettings;
import dev.bearward.cluster.ClusterSettings;
import dev.bearward.http.PublicUrl;
import dev.bearward.introspect.IntrospectionSettings;
import dev.bearward.jwks.KeySetSettings;
import dev.bearward.observe.AccessLogSettings;
import dev.bearward.proxy.UpstreamSettings;
import dev.bearward.revocation.RevocationSettings;
import dev.bearward.server.ServerSettings;
import dev.bearward.tls.ServerTlsSettings;
import dev.bearward.token.IssuerSettings;
import dev.bearward.token.TokenCacheSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole configuration without problems.
 *
 * @param publicUrl where clients reach the gateway, or null when the file does not say it
 * @param tls of the listeners, or null for none
 * @param cluster what instances share, or null for nothing
 * @param resource what its metadata is told of, or null for no metadata
 */
public record GatewaySettings(
    ServerSettings server,
    @Nullable PublicUrl publicUrl,
    @Nullable ServerTlsSettings tls,
    AdminSettings admin,
    List<IssuerSettings> issuers,
    List<KeySetSettings> keySets,
    List<IntrospectionSettings> introspections,
    TokenCacheSettings tokenCache,
    List<UpstreamSettings> upstreams,
    List<RoutePlan> routes,
    AccessLogSettings accessLog,
    RevocationSettings revocation,
    @Nullable ClusterSettings cluster,
    @Nullable ResourceIdentifier resource) {}
