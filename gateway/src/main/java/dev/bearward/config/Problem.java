package dev.bearward.config;

/**
 * One thing that is wrong with a configuration, or one warning. It never holds a secret.
 *
 * @param file name as the user gave it, or {@code environment}
 * @param line counted from 1; 0 where there is no line, as for an environment variable
 * @param column counted from 1, in code points; 0 where there is none
 * @param path the key, such as {@code routes[2].require.scopes[0]}; empty for the file as a whole
 * @param message what is wrong and what was expected
 */
public record Problem(String file, int line, int column, String path, String message) {
  /** The form {@code file:line:column: path: message}. */
  @Override
  public String toString() {
    String place = line == 0 ? file : file + ":" + line + ":" + column;
    return place + ": " + (path.isEmpty() ? message : path + ": " + message);
  }
}
