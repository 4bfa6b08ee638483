package dev.bearward.server;

/** How much of a request body has come, and whether more of it is the client's turn. */
final class Upload {
  private final boolean expectsContinue;
  private boolean invited;
  private boolean complete;
  private long bytes;

  Upload(HeadReader.Sound request) {
    this.expectsContinue = request.expectsContinue();
    this.complete = request.body().length() == 0;
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
