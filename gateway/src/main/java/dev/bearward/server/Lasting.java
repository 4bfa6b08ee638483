package dev.bearward.server;

/** What goes on for as long as both sides like, and may be ended with the token that let it in. */
public enum Lasting {
  WEBSOCKET("websocket"),
  EVENT_STREAM("event_stream"),
  GRPC("grpc");

  private final String label;

  Lasting(String label) {
    this.label = label;
  }

  /** Name in metrics and logs. */
  public String label() {
    return label;
  }
}
