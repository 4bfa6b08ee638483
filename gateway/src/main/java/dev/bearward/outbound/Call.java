package dev.bearward.outbound;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One request with its redirects, under one time limit. */
final class Call {
  private static final int MAX_MESSAGE = 200;

  private final HttpClient http;
  private final Request asked;
  private final CompletableFuture<Reply> reply = new CompletableFuture<>();
  private volatile @Nullable CompletableFuture<?> hop;
  private volatile boolean repeated;

  Call(HttpClient http, Request asked) {
    this.http = http;
    this.asked = asked;
  }

  CompletableFuture<Reply> start() {
    // The client's own time limit ends with the head, so the whole is limited here.
    Reply late = failed(asked.uri(), late());
    reply.completeOnTimeout(late, asked.timeout().toMillis(), TimeUnit.MILLISECONDS);
    var _ = reply.whenComplete((done, error) -> abandonHop());
    follow(asked.uri(), 0);
    return reply;
  }

  private void follow(URI uri, int redirects) {
    Optional<String> objection = Destination.of(uri).objection(asked.plainHttp());
    if (objection.isPresent()) {
      reply.complete(new Reply.Failed(objection.get()));
      return;
    }
    var _ = send(uri).whenComplete((response, error) -> take(uri, redirects, response, error));
  }

  private CompletableFuture<HttpResponse<byte[]>> send(URI uri) {
    HttpRequest.Builder message =
        HttpRequest.newBuilder(uri)
            .header("Accept", asked.accept())
            .header("User-Agent", "bearward")
            .timeout(asked.timeout());
    var exchange =
        http.sendAsync(
            asked.onto(message, uri).build(),
            BodyHandlers.limiting(BodyHandlers.ofByteArray(), asked.maxBytes()));
    hop = exchange;
    if (reply.isDone()) {
      abandonHop();
    }
    return exchange;
  }

  private void take(
      URI uri, int redirects, @Nullable HttpResponse<byte[]> response, @Nullable Throwable error) {
    if (response == null && mayRepeat(error)) {
      repeated = true;
      follow(uri, redirects);
    } else if (response == null) {
      reply.complete(failed(uri, problem(error)));
    } else if (isRedirect(response.statusCode())) {
      redirect(uri, redirects, response);
    } else {
      reply.complete(
          new Reply.Response(uri, response.statusCode(), response.headers(), response.body()));
    }
  }

  /**
   * Whether a kept connection may have ended just when it was taken. The JDK repeats a GET then,
   * but nothing else (RFC 9110 section 9.2.2).
   */
  private boolean mayRepeat(@Nullable Throwable error) {
    return asked instanceof Form
        && !repeated
        && !reply.isDone()
        && cause(error) instanceof IOException broken
        && !(broken instanceof ConnectException)
        && !(broken instanceof SSLException)
        && !(broken instanceof HttpTimeoutException)
        && !isTooLong(broken);
  }

  private void redirect(URI uri, int redirects, HttpResponse<byte[]> response) {
    if (redirects == asked.maxRedirects()) {
      String most = asked.maxRedirects() == 0 ? "none" : "at most " + asked.maxRedirects();
      reply.complete(failed(uri, "one more redirect (expected: " + most + ")"));
      return;
    }
    Optional<URI> target = response.headers().firstValue("Location").flatMap(to -> at(uri, to));
    if (target.isEmpty()) {
      reply.complete(
          failed(uri, "redirect " + response.statusCode() + " (expected: a valid Location)"));
    } else if (!uri.getScheme().equalsIgnoreCase(target.get().getScheme())) {
      reply.complete(
          failed(
              uri,
              "redirect to "
                  + Destination.of(target.get())
                  + " (expected: scheme "
                  + uri.getScheme()
                  + ")"));
    } else {
      follow(target.get(), redirects + 1);
    }
  }

  private void abandonHop() {
    CompletableFuture<?> running = hop;
    if (running != null) {
      running.cancel(true);
    }
  }

  /** 304 is no redirect, and 300 offers a choice nobody here can make. */
  private static boolean isRedirect(int status) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  private static Optional<URI> at(URI base, String location) {
    try {
      return Optional.of(base.resolve(location)).filter(URI::isAbsolute);
    } catch (IllegalArgumentException notAUri) {
      return Optional.empty();
    }
  }

  private String problem(@Nullable Throwable error) {
    Throwable cause = cause(error);
    return switch (cause) {
      case null -> "no response";
      case HttpTimeoutException _ -> late();
      case SSLException tls -> "TLS failed: " + readable(tls);
      case ConnectException refused -> "cannot connect: " + readable(refused);
      case IOException tooLong when isTooLong(tooLong) ->
          "longer body (expected: at most " + asked.maxBytes() + " bytes)";
      default -> readable(cause);
    };
  }

  private String late() {
    return "no complete answer (expected: within " + readable(asked.timeout()) + ")";
  }

  private static @Nullable Throwable cause(@Nullable Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }

  /** The JDK's limiting body handler has no exception type of its own. */
  private static boolean isTooLong(IOException error) {
    return error.getMessage() != null && error.getMessage().contains("exceeds capacity");
  }

  private static String readable(Throwable error) {
    String message = error.getMessage() == null ? "" : " " + error.getMessage();
    String text = (error.getClass().getSimpleName() + message).replaceAll("[^\\x20-\\x7e]", "?");
    return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE);
  }

  private static String readable(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }

  private static Reply failed(URI uri, String what) {
    return new Reply.Failed(Destination.of(uri) + ": " + what);
  }
}
