package dev.bearward.demo;

/** The demo could not start; the message is for the person at the terminal. */
final class CannotStart extends Exception {
  private static final long serialVersionUID = 1;

  CannotStart(String message) {
    super(message);
  }
}
