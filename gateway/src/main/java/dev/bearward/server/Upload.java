package dev.bearward.server;

/**
 * How much of a request body has come, and whether more of it is the client's turn. Used again by
 * the next request of a connection.
 */
final class Upload {
  private boolean expectsContinue;
  private boolean invited;
  private boolean complete;
  private long bytes;

  /** Begins with that request. */
  Upload of(HeadReader.Sound request) {
    expectsContinue = request.expectsContinue();
    complete = request.body().length() == 0;
    invited = false;
    bytes = 0;
    return this;
  }

  /** So many bytes came. */
  void came(int more) {
    bytes += more;
  }

  /** All of it is here. */
  void end() {
    complete = true;
  }

  boolean isComplete() {
    return complete;
  }

  /** Bytes that came. */
  long bytes() {
    return bytes;
  }

  /** An interim response goes to the client: perhaps the 100 that it waits for. */
  void interim(int status) {
    invited |= status == 100;
  }

  /** Whether the client is waited for, and not the upstream's word that the body may come. */
  boolean isDue() {
    return !complete && (!expectsContinue || invited || bytes > 0);
  }
}
