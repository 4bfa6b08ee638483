package dev.bearward.app;

import dev.bearward.app.AttackLine.Response;
import dev.bearward.testing.Eventually;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** A client that sends one good token after another on a kept connection and judges the answers. */
final class SteadyLoad implements AutoCloseable {
  private static final long PAUSE_NANOS = 2_000_000;

  /** What answers are right at present. */
  @FunctionalInterface
  interface Judge {
    /** Whether that status is right for a request of that time; milliseconds since the epoch. */
    boolean accepts(int status, long began, long ended);

    /** Only one of those. */
    static Judge only(Integer... statuses) {
      List<Integer> right = List.of(statuses);
      return (status, began, ended) -> right.contains(status);
    }
  }

  private final String name;
  private final AttackLine line;
  private final Thread thread;
  private final AtomicInteger answered = new AtomicInteger();
  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private volatile Supplier<String> tokens;
  private volatile Judge judge;
  private volatile int last;
  private volatile boolean over;

  SteadyLoad(String name, int port, Judge judge, Supplier<String> tokens) throws IOException {
    this.name = name;
    this.judge = judge;
    this.tokens = tokens;
    this.line = new AttackLine(port);
    this.thread = Thread.ofPlatform().name("load-" + name).daemon().start(this::run);
  }

  private void run() {
    try {
      while (!over) {
        send();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (IOException e) {
      wrong.add(e.toString());
    }
  }

  private void send() throws IOException {
    Judge before = judge;
    String token = tokens.get();
    long began = System.currentTimeMillis();
    line.send(AttackLine.request("/load", "Authorization: Bearer " + token));
    Response response = line.read();
    long ended = System.currentTimeMillis();
    int status = response.status();
    if (!before.accepts(status, began, ended) && !judge.accepts(status, began, ended)) {
      wrong.add(began + " to " + ended + ": " + response);
    }
    last = status;
    answered.incrementAndGet();
  }

  /** From now on those answers are right. */
  void expect(Judge now) {
    judge = now;
  }

  /** From now on it sends those. */
  void tokens(Supplier<String> now) {
    tokens = now;
  }

  /** Returns when it got an answer to a request that it has not begun yet. */
  void awaitMore() {
    int goal = answered.get() + 2;
    Eventually.await(name + " to go on", () -> over() || answered.get() >= goal);
  }

  /** Returns when an answer had that status. */
  void awaitStatus(int status) {
    Eventually.await(name + " to be answered " + status, () -> over() || last == status);
  }

  /** What was answered wrongly so far. */
  List<String> wrong() {
    return wrong;
  }

  private boolean over() {
    return !thread.isAlive();
  }

  @Override
  public void close() {
    over = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    line.close();
  }
}
