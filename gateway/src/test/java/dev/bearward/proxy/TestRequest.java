package dev.bearward.proxy;

import dev.bearward.access.IdentityNames;
import dev.bearward.access.Permit;
import dev.bearward.access.TestPermits;
import dev.bearward.http.Authority;
import dev.bearward.http.CanonicalPath;
import dev.bearward.http.Header;
import dev.bearward.http.HeaderView;
import dev.bearward.http.Peer;
import dev.bearward.http.RequestHead;
import dev.bearward.http.TrustedHop;
import dev.bearward.policy.Requirement;
import dev.bearward.route.Origin;
import dev.bearward.route.PathPattern;
import dev.bearward.route.Route;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A permitted request under construction. */
final class TestRequest {
  private final String method;
  private final String path;
  private final List<Header> headers = new ArrayList<>();
  private final List<Header> identity = new ArrayList<>();
  private final List<String> parts = new ArrayList<>();
  private List<String> identityNames = List.of();
  private @Nullable String query;
  private String authority = "api.example.com";
  private InetAddress address = InetAddress.getLoopbackAddress();
  private boolean tls;
  private @Nullable TrustedHop hop;
  private boolean forwardToken;
  private boolean ended;
  private Set<String> methods = Set.of();
  private @Nullable Duration responseTimeout;
  private RequestBody body = RequestBody.NONE;
  private HttpHeaders trailers = EmptyHttpHeaders.INSTANCE;

  private TestRequest(String method, String path) {
    this.method = method;
    this.path = path;
  }

  static TestRequest get(String path) {
    return new TestRequest("GET", path);
  }

  static TestRequest of(String method, String path) {
    return new TestRequest(method, path);
  }

  TestRequest header(String name, String value) {
    headers.add(new Header(name, value));
    return this;
  }

  TestRequest identity(String name, String value) {
    identity.add(new Header(name, value));
    return this;
  }

  TestRequest identityNames(String... names) {
    identityNames = List.of(names);
    return this;
  }

  TestRequest query(String raw) {
    query = raw;
    return this;
  }

  TestRequest authority(String value) {
    authority = value;
    return this;
  }

  TestRequest from(InetAddress client, boolean encrypted) {
    address = client;
    tls = encrypted;
    return this;
  }

  /** Through a trusted proxy. */
  TestRequest through(TrustedHop proxy) {
    hop = proxy;
    return this;
  }

  TestRequest forwardToken() {
    forwardToken = true;
    return this;
  }

  TestRequest methods(String... allowed) {
    methods = Set.of(allowed);
    return this;
  }

  TestRequest responseTimeout(Duration limit) {
    responseTimeout = limit;
    return this;
  }

  /** Announces a body that the test sends by itself. */
  TestRequest framed(long length) {
    body = new RequestBody(length, true);
    return this;
  }

  /** A whole body that is at hand when the request is forwarded. */
  TestRequest whole(String... all) {
    int length = 0;
    for (String part : all) {
      length += part.length();
    }
    return framed(length).atHand(all);
  }

  /** A chunked body that is at hand when the request is forwarded. */
  TestRequest chunked(String... all) {
    return framed(-1).atHand(all);
  }

  TestRequest trailers(HttpHeaders fields) {
    trailers = fields;
    return this;
  }

  private TestRequest atHand(String... all) {
    parts.addAll(List.of(all));
    ended = true;
    return this;
  }

  RequestBody body() {
    return body;
  }

  List<String> parts() {
    return parts;
  }

  boolean isEnded() {
    return ended;
  }

  HttpHeaders trailers() {
    return trailers;
  }

  Permit permit() {
    return TestPermits.of(head(), route(), identity, new IdentityNames(identityNames));
  }

  private RequestHead head() {
    var canonical = ((CanonicalPath.Canonical) CanonicalPath.parse(path)).path();
    var host = ((Authority.Valid) Authority.parse(authority)).authority();
    return new RequestHead(
        method,
        canonical,
        query,
        host,
        new Lines(headers),
        new Peer(address, tls, null, hop),
        "id-1");
  }

  private Route route() {
    return new Route(
        "all",
        List.of(),
        new PathPattern(List.of(new PathPattern.Rest()), false, "/**"),
        methods,
        false,
        "app",
        new Requirement.Open(),
        forwardToken,
        responseTimeout,
        null,
        new Origin("test", 1));
  }

  private record Lines(List<Header> lines) implements HeaderView {
    @Override
    public @Nullable String first(String name) {
      return all(name).stream().findFirst().orElse(null);
    }

    @Override
    public List<String> all(String name) {
      return lines.stream()
          .filter(line -> line.name().equalsIgnoreCase(name))
          .map(Header::value)
          .toList();
    }

    @Override
    public void forEach(BiConsumer<String, String> visitor) {
      lines.forEach(line -> visitor.accept(line.name(), line.value()));
    }
  }
}
