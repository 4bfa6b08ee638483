package dev.bearward.observe;

import dev.bearward.access.AccessDecision;
import dev.bearward.access.ObservedDecisions;
import dev.bearward.http.Authority;
import dev.bearward.http.CanonicalPath;
import dev.bearward.http.HeaderView;
import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.policy.Requirement;
import dev.bearward.route.Origin;
import dev.bearward.route.PathPattern;
import dev.bearward.route.Route;
import dev.bearward.server.Outcome;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.ClaimValue;
import dev.bearward.token.Verified;
import dev.bearward.token.VerifiedTokens;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Exchanges to be observed. */
final class Exchanges {
  /** RFC 7515 appendix A.1, a token in shape. */
  static final String TOKEN =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
          + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
          + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  static final Route ROUTE = route("read");

  private Exchanges() {}

  static Route route(String name) {
    return new Route(
        name,
        List.of(),
        new PathPattern(List.of(new PathPattern.Rest()), false, "/**"),
        Set.of(),
        false,
        "appointments",
        new Requirement.Open(),
        false,
        null,
        null,
        new Origin("test.yaml", 1));
  }

  /** A caller with that subject and those claims. */
  static Verified caller(String subject, Map<ClaimPath, ClaimValue> claims) {
    VerifiedTokens token = VerifiedTokens.alice().issuer("main").subject(subject).clientId("spa");
    claims.forEach(token::claim);
    return token.build();
  }

  static Peer peer() {
    try {
      return new Peer(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), false, null);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  static RequestHead head(String path) {
    if (!(CanonicalPath.parse(path) instanceof CanonicalPath.Canonical(CanonicalPath canonical))) {
      throw new AssertionError(path);
    }
    if (!(Authority.parse("api.test") instanceof Authority.Valid(Authority host))) {
      throw new AssertionError("api.test");
    }
    return new RequestHead("GET", canonical, null, host, NO_HEADERS, peer(), "id-1");
  }

  static AccessDecision permit(Route route, @Nullable Verified identity) {
    return ObservedDecisions.permit(head("/x"), route, identity);
  }

  static Outcome answered(AccessDecision decision, int status) {
    return outcome(decision, "/appointments/7", status, null);
  }

  static Outcome refused(@Nullable AccessDecision decision, Reason reason) {
    return outcome(decision, "/appointments/7", reason.status(), reason);
  }

  static Outcome outcome(
      @Nullable AccessDecision decision, String path, int status, @Nullable Reason reason) {
    return new Outcome(
        decision,
        "GET",
        "api.test",
        path,
        status,
        reason,
        true,
        12,
        3456,
        2_345_678,
        reason == null ? 1_234_567 : -1,
        null,
        "id-1",
        peer());
  }

  private static final HeaderView NO_HEADERS =
      new HeaderView() {
        @Override
        public @Nullable String first(String name) {
          return null;
        }

        @Override
        public List<String> all(String name) {
          return List.of();
        }

        @Override
        public void forEach(BiConsumer<String, String> visitor) {}
      };
}
