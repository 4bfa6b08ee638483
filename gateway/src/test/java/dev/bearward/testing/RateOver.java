package dev.bearward.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Asks at several places at once, faster than they allow, and counts what they allow together. */
public final class RateOver {
  private record Answer(long nanos, int status) {}

  /** The time that counts begins with the first refusal, however slow this machine is. */
  private static final class Measured {
    private static final long PATIENCE = Duration.ofSeconds(60).toNanos();
    private final long nanos;
    private final AtomicLong end = new AtomicLong(System.nanoTime() + PATIENCE);
    private final AtomicBoolean begun = new AtomicBoolean();

    Measured(long nanos) {
      this.nanos = nanos;
    }

    void begin() {
      if (begun.compareAndSet(false, true)) {
        end.set(System.nanoTime() + nanos);
      }
    }

    boolean over() {
      return System.nanoTime() - end.get() >= 0;
    }
  }

  private RateOver() {}

  /**
   * What all places together let through in a second, measured between two refusals: at both the
   * bucket was empty, so neither its burst nor a pause of this machine counts.
   */
  public static double of(List<URI> places, String token, Duration time) {
    Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    var measured = new Measured(time.toNanos());
    var threads = new ArrayList<Thread>();
    for (URI place : places) {
      threads.add(Thread.ofPlatform().daemon().start(() -> ask(place, token, measured, answers)));
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return between(answers.stream().sorted(Comparator.comparingLong(Answer::nanos)).toList());
  }

  private static void ask(URI place, String token, Measured measured, Queue<Answer> answers) {
    var request =
        HttpRequest.newBuilder(place)
            .header("Authorization", "Bearer " + token)
            .timeout(Duration.ofSeconds(20))
            .build();
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      while (!measured.over()) {
        int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        answers.add(new Answer(System.nanoTime(), status));
        if (status == 429) {
          measured.begin();
        }
        LockSupport.parkNanos(3_000_000);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static double between(List<Answer> answers) {
    List<Long> refused =
        answers.stream().filter(answer -> answer.status() == 429).map(Answer::nanos).toList();
    if (refused.size() < 2
        || answers.stream().anyMatch(a -> a.status() != 429 && a.status() != 200)) {
      throw new AssertionError("answers: " + answers);
    }
    long first = refused.getFirst();
    long last = refused.getLast();
    long allowed =
        answers.stream()
            .filter(a -> a.status() == 200 && a.nanos() > first && a.nanos() <= last)
            .count();
    return allowed * 1e9 / (last - first);
  }
}
