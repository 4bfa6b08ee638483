package dev.bearward.outbound;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One GET with its redirects, under one time limit. */
final class GetCall {
  private static final int MAX_REDIRECTS = 3;
  private static final int MAX_MESSAGE = 200;

  private final HttpClient http;
  private final Get get;
  private final CompletableFuture<Reply> reply = new CompletableFuture<>();
  private volatile @Nullable CompletableFuture<?> hop;

  GetCall(HttpClient http, Get get) {
    this.http = http;
    this.get = get;
  }

  CompletableFuture<Reply> start() {
    // The client's own time limit ends with the head, so the whole is limited here.
    Reply late =
        failed(get.uri(), "no complete answer (expected: within " + readable(get.timeout()) + ")");
    reply.completeOnTimeout(late, get.timeout().toMillis(), TimeUnit.MILLISECONDS);
    var _ = reply.whenComplete((done, error) -> abandonHop());
    follow(get.uri(), 0);
    return reply;
  }

  private void follow(URI uri, int redirects) {
    Optional<String> objection = Destination.of(uri).objection(get.plainHttp());
    if (objection.isPresent()) {
      reply.complete(new Reply.Failed(objection.get()));
      return;
    }
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Accept", get.accept())
            .header("User-Agent", "bearward")
            .timeout(get.timeout())
            .build();
    var exchange =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), get.maxBytes()));
    hop = exchange;
    if (reply.isDone()) {
      abandonHop();
    }
    var _ = exchange.whenComplete((response, error) -> take(uri, redirects, response, error));
  }

  private void take(
      URI uri, int redirects, @Nullable HttpResponse<byte[]> response, @Nullable Throwable error) {
    if (response == null) {
      reply.complete(failed(uri, problem(error)));
    } else if (isRedirect(response.statusCode())) {
      redirect(uri, redirects, response);
    } else {
      reply.complete(
          new Reply.Response(uri, response.statusCode(), response.headers(), response.body()));
    }
  }

  private void redirect(URI uri, int redirects, HttpResponse<byte[]> response) {
    if (redirects == MAX_REDIRECTS) {
      reply.complete(failed(uri, "one more redirect (expected: at most " + MAX_REDIRECTS + ")"));
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
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return switch (cause) {
      case null -> "no response";
      case SSLException tls -> "TLS failed: " + readable(tls);
      case ConnectException refused -> "cannot connect: " + readable(refused);
      case IOException tooLong when isTooLong(tooLong) ->
          "longer body (expected: at most " + get.maxBytes() + " bytes)";
      default -> readable(cause);
    };
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
