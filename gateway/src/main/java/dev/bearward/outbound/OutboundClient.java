package dev.bearward.outbound;

import java.net.http.HttpClient;
import java.util.concurrent.CompletableFuture;

/** Makes calls with one choice of trust and proxy. Never blocks its caller. */
public final class OutboundClient {
  private volatile HttpClient http;

  OutboundClient(HttpClient http) {
    this.http = http;
  }

  /**
   * Makes the calls to come by another client. Those under way end on the one before, which goes
   * when nothing refers to it any more.
   */
  void use(HttpClient next) {
    http = next;
  }

  /**
   * Gets a document. Redirects are followed at most three times and only within the scheme.
   * Cancelling the future ends the call.
   *
   * @return completes with a reply on a thread of this room; never exceptionally
   */
  public CompletableFuture<Reply> get(Get get) {
    return new Call(http, get).start();
  }

  /**
   * Posts a form. Redirects are not followed; a connection that the other side closed meanwhile is
   * made anew once. Cancelling the future ends the call.
   *
   * @return completes with a reply on a thread of this room; never exceptionally
   */
  public CompletableFuture<Reply> post(Form form) {
    return new Call(http, form).start();
  }

  void close() {
    http.shutdownNow();
  }
}
