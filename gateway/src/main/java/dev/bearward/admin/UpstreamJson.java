package dev.bearward.admin;

import dev.bearward.admin.GatewayView.EndpointState;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The JSON that tells how upstreams stand. */
final class UpstreamJson {
  private UpstreamJson() {}

  static String upstreams(List<GatewayView.UpstreamState> upstreams) {
    return Json.object(json -> {
      json.writeArrayPropertyStart("upstreams");
      for (GatewayView.UpstreamState upstream : upstreams) {
        json.writeStartObject();
        json.writeStringProperty("name", upstream.name());
        json.writeArrayPropertyStart("endpoints");
        upstream.endpoints().forEach(endpoint -> endpoint(json, endpoint));
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }

  private static void endpoint(JsonGenerator json, EndpointState endpoint) {
    json.writeStartObject();
    json.writeStringProperty("endpoint", endpoint.endpoint());
    json.writeStringProperty("configured", endpoint.configured());
    json.writeStringProperty("state", endpoint.state());
    Json.text(json, "ejectedUntil", endpoint.ejectedUntil());
    json.writeNumberProperty("connections", endpoint.connections());
    json.writeNumberProperty("active", endpoint.active());
    json.writeNumberProperty("waiting", endpoint.waiting());
    Json.text(json, "lastError", endpoint.lastError());
    json.writeEndObject();
  }
}
