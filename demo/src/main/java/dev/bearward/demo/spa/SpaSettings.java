package dev.bearward.demo.spa;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the app has to know.
 *
 * @param issuer of the authorization server, with its trailing slash
 * @param gateway origin of the gateway, without a slash
 */
public record SpaSettings(
    String issuer, String gateway, String clientId, String audience, String scope) {

  Map<String, Object> json() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("issuer", issuer);
    members.put("gateway", gateway);
    members.put("clientId", clientId);
    members.put("audience", audience);
    members.put("scope", scope);
    return members;
  }
}
