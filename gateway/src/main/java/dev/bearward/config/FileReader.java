package dev.bearward.config;

import dev.bearward.access.ResourceIdentifier;
import dev.bearward.access.RoutePlan;
import dev.bearward.admin.AdminSettings;
import dev.bearward.cluster.ClusterSettings;
import dev.bearward.config.IssuerReader.Issuer;
import dev.bearward.http.PublicUrl;
import dev.bearward.introspect.IntrospectionSettings;
import dev.bearward.observe.AccessLogSettings;
import dev.bearward.policy.Requirement;
import dev.bearward.proxy.UpstreamSettings;
import dev.bearward.revocation.RevocationSettings;
import dev.bearward.server.ServerSettings;
import dev.bearward.tls.ServerTlsSettings;
import dev.bearward.token.BindingSettings;
import dev.bearward.token.TokenCacheSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The whole file, from its top-level keys down. */
final class FileReader {
  private final Folder folder;

  FileReader(Folder folder) {
    this.folder = folder;
  }

  /** The settings; they count only when no problem has been reported. */
  @Nullable GatewaySettings read(Value root) {
    Section file = root.section(Keys.FILE);
    if (file == null) {
      return null;
    }
    Section serverKeys = file.inner("server", Keys.SERVER);
    ServerSettings server = ServerReader.server(serverKeys);
    PublicUrl publicUrl = serverKeys.orNull("publicUrl", Urls::publicUrl);
    var tlsReader = new TlsReader(folder);
    ServerTlsSettings tls = serverKeys.orNull("tls", tlsReader::server);
    AdminSettings admin = ServerReader.admin(file.inner("admin", Keys.ADMIN), server);
    var issuerReader = new IssuerReader(folder);
    List<Issuer> issuers =
        file.or("issuers", List.of(), v -> v.list(1, IssuerReader.MOST, issuerReader::read));
    var upstreamReader = new UpstreamReader(tlsReader);
    List<UpstreamSettings> upstreams =
        file.need("upstreams", "at least one upstream", upstreamReader::read);
    var identity = new IdentityReader(server.requestIdHeader());
    RouteBlocks defaults =
        RouteBlocks.of(file.inner("defaults", Keys.DEFAULTS), RouteBlocks.NONE, identity);
    var routeReader =
        new RouteReader(
            upstreamReader.names(),
            new RequirementReader(issuerReader.names()),
            identity,
            new HeaderRulesReader(server.requestIdHeader()),
            defaults);
    List<RoutePlan> routes =
        file.need(
            "routes", "at least one route", v -> v.list(1, RouteReader.MOST, routeReader::read));
    TokenCacheSettings cache = tokenCache(file.inner("tokenCache", Keys.TOKEN_CACHE));
    AccessLogSettings accessLog = accessLog(file.inner("accessLog", Keys.ACCESS_LOG));
    RevocationSettings revocation = revocation(file.inner("revocation", Keys.REVOCATION));
    ClusterSettings cluster = file.orNull("cluster", new ClusterReader(folder)::read);
    ResourceIdentifier resource =
        MetadataReader.resource(file.inner("metadata", Keys.METADATA), publicUrl);
    if (upstreams == null || routes == null) {
      return null;
    }
    if (!file.has("issuers") && routes.stream().anyMatch(FileReader::demandsToken)) {
      file.report("issuers", "missing (expected: at least one issuer, since a route says require)");
    }
    if (!serverKeys.has("publicUrl") && issuers.stream().anyMatch(FileReader::takesProofs)) {
      serverKeys.report(
          "publicUrl", "missing (expected: a URL, since an issuer takes DPoP proofs)");
    }
    if (root.problems().noneUnder("routes")) {
      routeReader.reportTogether(
          routes,
          audiences(issuers),
          introspections(issuers).stream().map(IntrospectionSettings::issuerName).toList());
    }
    return new GatewaySettings(
        server,
        publicUrl,
        tls,
        admin,
        issuers.stream().map(Issuer::settings).toList(),
        issuers.stream().map(Issuer::keySet).toList(),
        introspections(issuers),
        cache,
        upstreams,
        routes,
        accessLog,
        revocation,
        cluster,
        resource);
  }

  private static Map<String, List<String>> audiences(List<Issuer> issuers) {
    Map<String, List<String>> audiences = new LinkedHashMap<>();
    for (Issuer issuer : issuers) {
      audiences.put(issuer.settings().name(), issuer.settings().audiences());
    }
    return audiences;
  }

  private static List<IntrospectionSettings> introspections(List<Issuer> issuers) {
    return issuers.stream().map(Issuer::introspection).filter(Objects::nonNull).toList();
  }

  private static boolean demandsToken(RoutePlan plan) {
    return plan.route().requirement() instanceof Requirement.Token;
  }

  private static boolean takesProofs(Issuer issuer) {
    return issuer.settings().binding().dpop() != BindingSettings.Demand.DISABLED;
  }

  private static TokenCacheSettings tokenCache(Section cache) {
    return new TokenCacheSettings(
        cache.or("maxBytes", 16 * Units.MIB, v -> v.size(64 * Units.KIB, 4 * Units.GIB)));
  }

  private RevocationSettings revocation(Section revocation) {
    return new RevocationSettings(revocation.orNull("persist", folder::file));
  }

  private static AccessLogSettings accessLog(Section log) {
    String format = log.or("format", "json", v -> v.word(List.of("json", "text", "disabled")));
    return new AccessLogSettings(
        AccessLogSettings.Format.valueOf(format.toUpperCase(Locale.ROOT)),
        log.or("claims", List.of(), v -> v.list(0, 16, ClaimReader::path)));
  }
}
