package dev.bearward.admin;

import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The JSON that the endpoints answer with. */
final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  /** Most revocations that one answer shows. */
  static final int MOST_REVOCATIONS = 1_000;

  private Json() {}

  static String problem(int status, String title, String detail) {
    return object(json -> {
      json.writeStringProperty("type", "about:blank");
      json.writeStringProperty("title", title);
      json.writeNumberProperty("status", status);
      json.writeStringProperty("detail", detail);
    });
  }

  static String live(boolean live) {
    return object(json -> json.writeBooleanProperty("live", live));
  }

  static String ready(List<String> missing) {
    return object(json -> {
      json.writeBooleanProperty("ready", missing.isEmpty());
      texts(json, "missing", missing);
    });
  }

  static String issuers(List<GatewayView.IssuerState> issuers, Instant now) {
    return object(json -> {
      json.writeArrayPropertyStart("issuers");
      issuers.forEach(issuer -> issuer(json, issuer, now));
      json.writeEndArray();
    });
  }

  static String issuer(GatewayView.IssuerState issuer, Instant now) {
    var text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      issuer(json, issuer, now);
    }
    return text + "\n";
  }

  private static void issuer(JsonGenerator json, GatewayView.IssuerState issuer, Instant now) {
    json.writeStartObject();
    json.writeStringProperty("name", issuer.name());
    json.writeStringProperty("issuer", issuer.issuer());
    texts(json, "keyIds", issuer.keyIds());
    json.writeNumberProperty("generation", issuer.generation());
    Instant fetchedAt = issuer.fetchedAt();
    text(json, "fetchedAt", fetchedAt);
    json.writeName("ageSeconds");
    if (fetchedAt == null) {
      json.writeNull();
    } else {
      json.writeNumber(Math.max(0, Duration.between(fetchedAt, now).toSeconds()));
    }
    text(json, "nextRefresh", issuer.nextRefresh());
    text(json, "lastError", issuer.lastError());
    GatewayView.IntrospectionState introspection = issuer.introspection();
    if (introspection != null) {
      json.writeObjectPropertyStart("introspection");
      text(json, "lastAnswer", introspection.lastAnswer());
      text(json, "lastError", introspection.lastError());
      json.writeNumberProperty("waiting", introspection.waiting());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  static String routes(List<GatewayView.RouteState> routes) {
    return object(json -> {
      json.writeArrayPropertyStart("routes");
      routes.forEach(route -> route(json, route));
      json.writeEndArray();
    });
  }

  private static void route(JsonGenerator json, GatewayView.RouteState route) {
    json.writeStartObject();
    json.writeStringProperty("name", route.name());
    texts(json, "hosts", route.hosts());
    json.writeStringProperty("path", route.path());
    texts(json, "methods", route.methods());
    json.writeStringProperty("upstream", route.upstream());
    GatewayView.Demand demand = route.demand();
    json.writeBooleanProperty("public", demand == null);
    if (demand != null) {
      json.writeObjectPropertyStart("require");
      texts(json, "issuers", demand.issuers());
      texts(json, "audiences", demand.audiences());
      texts(json, "scopes", demand.scopes());
      texts(json, "anyScope", demand.anyScope());
      texts(json, "claims", demand.claims());
      texts(json, "authentication", demand.authentication());
      json.writeEndObject();
    }
    json.writeStringProperty("origin", route.origin());
    json.writeEndObject();
  }

  static String revocations(List<GatewayView.RevocationState> all) {
    return object(json -> {
      json.writeNumberProperty("count", all.size());
      json.writeArrayPropertyStart("revocations");
      all.stream()
          .limit(MOST_REVOCATIONS)
          .forEach(revocation -> {
            json.writeStartObject();
            revocation(json, revocation);
            json.writeEndObject();
          });
      json.writeEndArray();
    });
  }

  static String revoked(GatewayView.Revoked revoked) {
    return object(json -> {
      revocation(json, revoked.inForce());
      json.writeBooleanProperty("durable", revoked.whyNotDurable() == null);
      if (revoked.whyNotDurable() != null) {
        json.writeStringProperty("whyNotDurable", revoked.whyNotDurable());
      }
      GatewayView.Shared sharing = revoked.sharing();
      if (sharing != null) {
        json.writeBooleanProperty("shared", sharing.whyNot() == null);
        if (sharing.whyNot() != null) {
          json.writeStringProperty("whyNotShared", sharing.whyNot());
        }
      }
    });
  }

  private static void revocation(JsonGenerator json, GatewayView.RevocationState revocation) {
    json.writeStringProperty(revocation.claim(), revocation.name());
    text(json, "issuer", revocation.issuer());
    text(json, "issuedBefore", revocation.issuedBefore());
    text(json, "expiresAt", revocation.expiresAt());
  }

  static void texts(JsonGenerator json, String name, List<String> values) {
    json.writeArrayPropertyStart(name);
    values.forEach(json::writeString);
    json.writeEndArray();
  }

  static void text(JsonGenerator json, String name, @Nullable Object value) {
    json.writeName(name);
    if (value == null) {
      json.writeNull();
    } else {
      json.writeString(value.toString());
    }
  }

  static String object(Consumer<JsonGenerator> members) {
    var text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      members.accept(json);
      json.writeEndObject();
    }
    return text + "\n";
  }
}
