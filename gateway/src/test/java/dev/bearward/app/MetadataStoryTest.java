package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Conversation;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Protected resource metadata end to end over real sockets. */
class MetadataStoryTest {
  private static final String PATH = "/.well-known/oauth-protected-resource";
  private static final String ROUTES =
      """
      routes:
        - {path: /**, upstream: app, require: {scopes: [read]}}
      """;

  @Test
  @DisplayName("rules 61-68: metadata is told to anybody and named in every challenge")
  void metadata_isServed_andNamedInChallenges() throws Exception {
    try (var story = new Story();
        var gateway =
            story.gateway("metadata: {resource: \"https://api.example.com/v1\"}\n" + ROUTES)) {
      var metadata = gateway.send("GET", PATH + "/v1", "X-Forwarded-Host", "evil.test");
      assertThat(metadata.statusCode()).isEqualTo(200);
      assertThat(metadata.headers().firstValue("content-type")).hasValue("application/json");
      assertThat(metadata.headers().firstValue("access-control-allow-origin")).hasValue("*");
      assertThat(metadata.body())
          .isEqualTo(
              "{\"authorization_servers\":[\"https://issuer.example/\"],"
                  + "\"bearer_methods_supported\":[\"header\"],"
                  + "\"resource\":\"https://api.example.com/v1\","
                  + "\"scopes_supported\":[\"read\"]}");
      assertThat(gateway.send("HEAD", PATH + "/v1").headers().firstValue("content-length"))
          .hasValue(Integer.toString(metadata.body().length()));
      assertThat(gateway.send("POST", PATH + "/v1").statusCode()).isEqualTo(405);
      assertThat(gateway.send("GET", PATH).statusCode()).as("another path").isEqualTo(401);

      String named =
          "resource_metadata=\"https://api.example.com/.well-known/oauth-protected-resource/v1\"";
      String unscoped = story.issuer().token().sign();
      for (var refused :
          new String[] {
            challenge(gateway.send("GET", "/a")),
            challenge(gateway.get("/a", "rubbish")),
            challenge(gateway.get("/a", unscoped))
          }) {
        assertThat(refused).startsWith("Bearer realm=\"bearward\", " + named);
      }
      assertThat(story.upstream().conversations()).isEmpty();
    }
  }

  private static String challenge(java.net.http.HttpResponse<String> response) {
    return response.headers().firstValue("www-authenticate").orElseThrow();
  }

  @Test
  @DisplayName("rule 62: HEAD has no body, and the connection serves the next request")
  void metadata_overOneConnection_isFramed() throws Exception {
    try (var story = new Story();
        var gateway = story.gateway("metadata: {resource: \"https://a.example\"}\n" + ROUTES);
        var client =
            new Conversation(
                new Socket(InetAddress.getLoopbackAddress(), gateway.uri("/").getPort()))) {
      String request = " " + PATH + " HTTP/1.1\r\nHost: evil.test\r\n\r\n";
      client.send("HEAD" + request);
      assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\n");
      client.send("GET" + request);
      assertThat(client.readRequest())
          .startsWith("HTTP/1.1 200 OK\r\n")
          .endsWith("}")
          .contains("\"resource\":\"https://a.example\"")
          .doesNotContain("evil");
    }
  }

  @Test
  @DisplayName("rules 65, 66: the public URL stands in for the resource; off means off")
  void metadata_fromPublicUrl_orOff() throws Exception {
    String server = "server: {listen: \"127.0.0.1:0\", publicUrl: \"https://Api.example:443/\"}\n";
    try (var story = new Story()) {
      try (var gateway = story.gateway(server + ROUTES)) {
        assertThat(gateway.send("GET", PATH).body())
            .contains("\"resource\":\"https://api.example\"");
      }
      for (String off : new String[] {ROUTES, server + "metadata: {enabled: false}\n" + ROUTES}) {
        try (var gateway = story.gateway(off)) {
          var response = gateway.send("GET", PATH);
          assertThat(response.statusCode()).isEqualTo(401);
          assertThat(challenge(response)).isEqualTo("Bearer realm=\"bearward\"");
        }
      }
    }
  }
}
