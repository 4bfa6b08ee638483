package dev.bearward.observe;

import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import dev.bearward.route.Route;
import dev.bearward.server.ExchangeListener;
import dev.bearward.server.Outcome;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.ClaimValue;
import dev.bearward.token.Verified;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line for each exchange. The event loop only puts the line together; another thread writes it,
 * and a line for which there is no room is dropped and counted. Never a token, never a query (rules
 * 12 and 186).
 */
public final class AccessLog implements ExchangeListener, AutoCloseable {
  /** A claim that the configuration wants in the line. */
  private record LoggedClaim(ClaimPath path, Field field) {}

  /** What lines look like, null for none at all, and the claims in them. */
  private record Form(@Nullable LineStyle style, List<LoggedClaim> claims) {}

  private static final String CLAIM = "claim.";
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

  private volatile Form form;
  private final InstantSource clock;
  private final LineWriter writer;
  private final ThreadLocal<Line> lines = ThreadLocal.withInitial(Line::new);
  private final ThreadLocal<TimeText> times = ThreadLocal.withInitial(TimeText::new);

  /**
   * Opens the log; when its format is disabled, nothing is ever written.
   *
   * @param out where lines go, usually standard output; never closed
   */
  public static AccessLog open(AccessLogSettings settings, OutputStream out, InstantSource clock) {
    var log = new AccessLog(settings, new LineWriter(out, LineWriter.BUFFER_BYTES), clock);
    log.startIfUsed();
    return log;
  }

  AccessLog(AccessLogSettings settings, LineWriter writer, InstantSource clock) {
    this.form = form(settings);
    this.writer = writer;
    this.clock = clock;
  }

  /** Writes the lines to come as other settings say. */
  public void use(AccessLogSettings settings) {
    form = form(settings);
    startIfUsed();
  }

  private void startIfUsed() {
    if (form.style != null) {
      writer.start();
    }
  }

  private static Form form(AccessLogSettings settings) {
    LineStyle style =
        switch (settings.format()) {
          case JSON -> LineStyle.JSON;
          case TEXT -> LineStyle.TEXT;
          case DISABLED -> null;
        };
    return new Form(
        style,
        settings.claims().stream()
            .map(path -> new LoggedClaim(path, Field.of(CLAIM + path)))
            .toList());
  }

  @Override
  public void finished(Outcome outcome) {
    Form now = form;
    LineStyle style = now.style;
    if (style == null) {
      return;
    }
    Line line = begin(style);
    style.text(line, Field.REQUEST_ID, outcome.requestId());
    style.text(line, Field.CLIENT, outcome.peer().addressText());
    style.text(line, Field.METHOD, outcome.method());
    style.text(line, Field.HOST, outcome.host());
    style.text(line, Field.PATH, outcome.path());
    Route route = Decided.route(outcome.decision());
    if (route != null) {
      style.text(line, Field.ROUTE, route.name());
    }
    status(style, line, outcome.status());
    reason(style, line, outcome.reason());
    Reason reported = Decided.reported(outcome.decision());
    if (reported != null) {
      style.text(line, Field.REPORTED, reported.label());
    }
    if (outcome.closedAtExpiry() != null) {
      style.text(line, Field.CLOSED_AT_EXPIRY, outcome.closedAtExpiry().label());
    }
    if (!outcome.complete()) {
      style.name(line, Field.COMPLETE);
      line.raw(FALSE);
    }
    Verified identity = Decided.identity(outcome.decision());
    if (identity != null) {
      identity(style, now.claims, line, identity);
    }
    measures(style, line, outcome, route);
    end(style, line);
  }

  @Override
  public void refused(Peer peer, Reason reason, String requestId) {
    LineStyle style = form.style;
    if (style == null) {
      return;
    }
    Line line = begin(style);
    style.text(line, Field.REQUEST_ID, requestId);
    style.text(line, Field.CLIENT, peer.addressText());
    // A connection beyond the limit is closed without a response.
    status(style, line, reason == Reason.OVERLOADED ? 0 : reason.status());
    reason(style, line, reason);
    end(style, line);
  }

  private Line begin(LineStyle style) {
    Line line = lines.get();
    line.clear();
    style.begin(line);
    times.get().write(line, clock.millis());
    style.afterTime(line);
    return line;
  }

  private void end(LineStyle style, Line line) {
    style.end(line);
    writer.add(line);
  }

  private static void status(LineStyle style, Line line, int status) {
    if (status != 0) {
      number(style, line, Field.STATUS, status);
    }
  }

  private static void reason(LineStyle style, Line line, @Nullable Reason reason) {
    if (reason != null) {
      style.text(line, Field.REASON, reason.label());
    }
  }

  private static void identity(
      LineStyle style, List<LoggedClaim> claims, Line line, Verified identity) {
    style.text(line, Field.ISSUER, identity.issuer());
    if (identity.subject() != null) {
      style.text(line, Field.SUBJECT, identity.subject());
    }
    if (identity.clientId() != null) {
      style.text(line, Field.CLIENT_ID, identity.clientId());
    }
    for (LoggedClaim claim : claims) {
      ClaimValue value = identity.claim(claim.path());
      if (value != null) {
        style.claim(line, claim.field(), value);
      }
    }
  }

  private static void measures(LineStyle style, Line line, Outcome outcome, @Nullable Route route) {
    number(style, line, Field.BYTES_IN, outcome.bytesIn());
    number(style, line, Field.BYTES_OUT, outcome.bytesOut());
    style.name(line, Field.DURATION);
    line.millis(outcome.durationNanos());
    if (outcome.upstreamNanos() >= 0 && route != null) {
      style.text(line, Field.UPSTREAM, route.upstream());
      style.name(line, Field.UPSTREAM_DURATION);
      line.millis(outcome.upstreamNanos());
    }
  }

  private static void number(LineStyle style, Line line, Field field, long value) {
    style.name(line, field);
    line.number(value);
  }

  /** Lines that had no room or could not be written. */
  public long dropped() {
    return writer.dropped();
  }

  /** Writes what waits; a stream that takes nothing is waited for two seconds at most. */
  @Override
  public void close() {
    writer.close();
  }
}
