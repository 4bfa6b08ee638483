package dev.bearward.app;

import com.nimbusds.jose.util.Base64URL;
import dev.bearward.app.AttackLine.Response;
import dev.bearward.testing.Eventually;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that send tokens of random key ids as fast as they are answered. */
final class KeyIdFlood implements AutoCloseable {
  /** Tokens that make a flood; there may be more. */
  static final int ENOUGH = 100_000;

  private static final int CONNECTIONS = 2;
  private static final int BATCH = 50;

  private final int port;
  private final String rest;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private volatile boolean over;

  /**
   * Begins at once.
   *
   * @param good whose payload and signature all tokens get
   */
  KeyIdFlood(int port, String good) {
    this.port = port;
    this.rest = good.substring(good.indexOf('.'));
    for (int i = 0; i < CONNECTIONS; i++) {
      threads.add(Thread.ofPlatform().name("flood-" + i).daemon().start(this::run));
    }
  }

  private void run() {
    try (var line = new AttackLine(port)) {
      while (!over) {
        var batch = new StringBuilder();
        for (int i = 0; i < BATCH; i++) {
          batch.append(AttackLine.request("/flood", "Authorization: Bearer " + token()));
        }
        line.send(batch.toString());
        for (int i = 0; i < BATCH; i++) {
          judge(line.read());
        }
      }
    } catch (IOException e) {
      wrong.add(e.toString());
    }
  }

  private String token() {
    String header = "{\"alg\":\"ES256\",\"kid\":\"" + UUID.randomUUID() + "\"}";
    return Base64URL.encode(header) + rest;
  }

  private void judge(Response response) {
    boolean unknown =
        response.status() == 401 && response.body().contains("\"reason\":\"unknown_key\"");
    if (!unknown) {
      wrong.add(response.toString());
    }
    answered.incrementAndGet();
  }

  /** Returns when so many were answered. */
  void await(int count) {
    while (answered.get() < count) {
      int soon = Math.min(count, answered.get() + 500);
      Eventually.await("the flood", () -> !wrong.isEmpty() || answered.get() >= soon);
      if (!wrong.isEmpty()) {
        return;
      }
    }
  }

  /** What was answered wrongly so far. */
  List<String> wrong() {
    return wrong;
  }

  @Override
  public void close() {
    over = true;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
