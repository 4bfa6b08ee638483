package dev.bearward.route;

/**
 * Where in the configuration a route stands; opaque to the core, for explanations only.
 *
 * @param file name as the user gave it
 * @param line counted from 1
 */
public record Origin(String file, int line) {
  @Override
  public String toString() {
    return file + ":" + line;
  }
}
