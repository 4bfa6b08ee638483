package dev.bearward.proxy;

import dev.bearward.route.Route;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.stream.Collectors;

/**
 * The answer to an OPTIONS request that may be forwarded no further: an empty success that names
 * the route's methods (RFC 9110 sections 7.6.2 and 9.3.7).
 */
final class LocalAnswer extends UnreadBody {
  private static final int NO_CONTENT = 204;

  private final Route route;
  private final ResponseSink sink;
  private boolean over;

  LocalAnswer(Route route, ResponseSink sink) {
    this.route = route;
    this.sink = sink;
  }

  /** Gives the answer, unless the client went away before. */
  void give() {
    if (over) {
      return;
    }
    over = true;
    HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
    if (!route.methods().isEmpty()) {
      String allow = route.methods().stream().sorted().collect(Collectors.joining(", "));
      headers.set(HttpHeaderNames.ALLOW, allow);
    }
    sink.head(NO_CONTENT, "No Content", headers, 0);
    sink.end(EmptyHttpHeaders.INSTANCE);
  }

  @Override
  public void cancel() {
    over = true;
  }
}
