package dev.bearward.server;

import dev.bearward.testing.Conversation;
import dev.bearward.testing.RawUpstream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An upstream that reads requests as strictly as can be and answers each with 200. What is not
 * well-formed fails the test when it is closed.
 */
final class StrictUpstream implements AutoCloseable {
  private static final String TOKEN = "[!#$%&'*+.^`|~0-9A-Za-z-]+";
  private static final String REQUEST_LINE = TOKEN + " /[!-~]* HTTP/1\\.1";
  private static final String FIELD =
      TOKEN + ": ?([!-~\\x80-\\xff]([\\t -~\\x80-\\xff]*[!-~\\x80-\\xff])?)?";

  /** One request; {@code lines} are those of the head, without CR LF. */
  record Request(List<String> lines, String body) {
    String requestLine() {
      return lines.getFirst();
    }

    List<String> fields() {
      return lines.subList(1, lines.size());
    }

    List<String> all(String name) {
      return fields().stream()
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(line -> line.substring(name.length() + 1).strip())
          .toList();
    }
  }

  final List<Request> requests = new CopyOnWriteArrayList<>();
  private final RawUpstream upstream;

  StrictUpstream() {
    upstream = RawUpstream.start(this::play);
  }

  private void play(Conversation wire) throws IOException {
    for (String head = wire.readHead(); head != null; head = wire.readHead()) {
      Request request = read(head, wire);
      requests.add(request);
      String body = request.requestLine().startsWith("HEAD ") ? "" : "ok";
      wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + body);
    }
  }

  private static Request read(String head, Conversation wire) throws IOException {
    var lines = List.of(head.substring(0, head.length() - 4).split("\r\n", -1));
    check(lines.getFirst().matches(REQUEST_LINE), head);
    var request = new Request(lines, "");
    for (String field : request.fields()) {
      check(field.matches(FIELD), field);
    }
    check(request.all("host").size() == 1, head);
    List<String> length = request.all("content-length");
    List<String> coding = request.all("transfer-encoding");
    check(length.size() + coding.size() <= 1, head);
    if (!coding.isEmpty()) {
      check(coding.getFirst().equals("chunked"), head);
      return new Request(lines, chunks(wire));
    }
    return length.isEmpty()
        ? request
        : new Request(lines, wire.readText(Integer.parseInt(length.getFirst())));
  }

  private static String chunks(Conversation wire) throws IOException {
    var body = new StringBuilder();
    while (true) {
      String line = line(wire);
      check(line.matches("[0-9a-fA-F]+\r\n"), line);
      int size = Integer.parseInt(line.strip(), 16);
      body.append(wire.readText(size));
      if (size == 0) {
        trailers(wire);
        return body.toString();
      }
      check(wire.readText(2).equals("\r\n"), "end of a chunk");
    }
  }

  /** A whole line; an exchange that is given up ends before one, which is no fault. */
  private static String line(Conversation wire) throws IOException {
    String line = wire.readUntil("\r\n");
    if (!line.endsWith("\n")) {
      throw new IOException("the connection ended in a body");
    }
    return line;
  }

  private static void trailers(Conversation wire) throws IOException {
    var trailers = new ArrayList<String>();
    for (String line = line(wire); !line.equals("\r\n"); line = line(wire)) {
      trailers.add(line);
    }
    check(trailers.stream().allMatch(line -> line.strip().matches(FIELD)), trailers.toString());
  }

  private static void check(boolean sound, String what) {
    if (!sound) {
      throw new AssertionError("not well-formed: " + what);
    }
  }

  int port() {
    return upstream.port();
  }

  @Override
  public void close() {
    upstream.close();
  }
}
