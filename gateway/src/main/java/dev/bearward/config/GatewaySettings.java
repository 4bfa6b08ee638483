package dev.bearward.config;

import dev.bearward.access.RoutePlan;
import dev.bearward.admin.AdminSettings;
import dev.bearward.jwks.KeySetSettings;
import dev.bearward.observe.AccessLogSettings;
import dev.bearward.proxy.UpstreamSettings;
import dev.bearward.server.ServerSettings;
import dev.bearward.token.IssuerSettings;
import dev.bearward.token.TokenCacheSettings;
import java.util.List;

/** A whole configuration without problems. */
public record GatewaySettings(
    ServerSettings server,
    AdminSettings admin,
    List<IssuerSettings> issuers,
    List<KeySetSettings> keySets,
    TokenCacheSettings tokenCache,
    List<UpstreamSettings> upstreams,
    List<RoutePlan> routes,
    AccessLogSettings accessLog) {}
