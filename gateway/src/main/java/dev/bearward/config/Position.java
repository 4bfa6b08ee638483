package dev.bearward.config;

/**
 * A place in the file, both counted from 1; columns in code points.
 *
 * @param line 0 for a value that stands in no file
 * @param column 0 for a value that stands in no file
 */
record Position(int line, int column) {
  static final Position START = new Position(1, 1);
}
