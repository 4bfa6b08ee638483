package dev.bearward.server;

/** A client connection as its event loop looks after it. */
interface Attended {
  /** So much time has passed, in nanoseconds. */
  void tick(long passed);

  /** There are too many connections, and this one is needed least. */
  void shed();

  /** There is no room for what this connection has sent. */
  void crowdedOut();

  /** The server shuts down: what is in flight may end, and little else may come. */
  void lastCall();

  /** The server's time is up: what has no response gets its refusal, and no more comes. */
  void cutOff();

  /** Nothing is waited for any more. */
  void close();
}
