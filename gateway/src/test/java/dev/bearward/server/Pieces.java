package dev.bearward.server;

/** Sends bytes one by one, each in a packet of its own as far as TCP allows. */
final class Pieces {
  private Pieces() {}

  /** Sends until all is sent or the server has closed: an early refusal may come before the end. */
  static void send(RawClient client, String text) {
    for (int i = 0; i < text.length(); i++) {
      client.send(text.substring(i, i + 1));
    }
  }
}
