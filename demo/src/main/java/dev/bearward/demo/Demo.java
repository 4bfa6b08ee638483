package dev.bearward.demo;

/** Entry point of the demo. */
public final class Demo {
  private Demo() {}

  /** Starts everything and waits for Ctrl-C. */
  public static void main(String[] args) {
    System.out.println("demo " + args.length);
  }
}
