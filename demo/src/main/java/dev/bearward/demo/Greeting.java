package dev.bearward.demo;

import java.nio.file.Path;

/** What the demo says when all of it answers. */
record Greeting(Ports ports, Path home) {
  static final String FIRST_LINE =
      "Bearward demo: development only, never for production. It listens on loopback.";

  String text() {
    return """

    Open %1$s and sign in as Alice, or as Bob, who may only read.

    Or paste one of these into a second terminal:

      # 200: a fresh token
      %2$s

      # 401: a token that has expired
      %3$s

      # 403: Bob may not create
      %4$s

    Ctrl-C stops all of it.
    """
        .formatted(ports.spaUrl(), succeeds(), unauthorized(), forbidden());
  }

  private String succeeds() {
    return "curl -i %s %s".formatted(bearer("--user alice"), appointments());
  }

  private String unauthorized() {
    return "curl -i %s %s".formatted(bearer("--user alice --expires-in=-3600"), appointments());
  }

  private String forbidden() {
    return "curl -i %s -H 'Content-Type: application/json' -d '%s' %s"
        .formatted(
            bearer("--user bob"),
            "{\"title\": \"Tea\", \"startsAt\": \"2030-01-01T15:00:00Z\", \"minutes\": 30}",
            appointments());
  }

  private String bearer(String arguments) {
    String port =
        ports.authorization().number() == Demo.AUTHORIZATION_PORT
            ? ""
            : " --auth-port " + ports.authorization().number();
    return "-H \"Authorization: Bearer $(" + launcher() + " demo token " + arguments + port + ")\"";
  }

  /** As a person in this folder would type it. */
  private String launcher() {
    Path here = Path.of("").toAbsolutePath();
    return home.equals(here) ? "./bearward" : "'" + home.resolve("bearward") + "'";
  }

  private String appointments() {
    return ports.gatewayUrl() + "/api/appointments";
  }
}
