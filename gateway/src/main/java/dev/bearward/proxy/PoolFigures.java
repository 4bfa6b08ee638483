package dev.bearward.proxy;

/**
 * Connections of one upstream over all event loops, at about the same moment.
 *
 * @param upstream name
 * @param active connections in use or being made
 * @param idle connections kept for the next exchange
 * @param pending exchanges that wait for a connection
 */
public record PoolFigures(String upstream, int active, int idle, int pending) {
  /** Both together. */
  PoolFigures plus(PoolFigures other) {
    return new PoolFigures(
        upstream, active + other.active, idle + other.idle, pending + other.pending);
  }
}
