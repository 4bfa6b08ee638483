package dev.bearward.server;

import dev.bearward.testing.Conversation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A client that sends exact bytes and reads responses strictly. Text is ISO 8859-1. */
record RawClient(Socket socket, Conversation wire) implements AutoCloseable {
  /** What came back. {@code head} is exact, {@code body} is without chunk framing. */
  record Response(int status, String head, String body) {
    /** Values of all lines of that name. */
    List<String> all(String name) {
      var values = new ArrayList<String>();
      for (String line : head.split("\r\n", -1)) {
        if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
          values.add(line.substring(name.length() + 1).strip());
        }
      }
      return values;
    }

    /** The only value of that name, or null. */
    @Nullable String header(String name) {
      List<String> values = all(name);
      if (values.size() > 1) {
        throw new AssertionError(name + " stands there " + values.size() + " times");
      }
      return values.isEmpty() ? null : values.getFirst();
    }

    /** The problem's reason, or null. */
    @Nullable String reason() {
      int at = body.indexOf("\"reason\":\"");
      return at < 0 ? null : body.substring(at + 10, body.indexOf('"', at + 10));
    }
  }

  void send(String text) {
    try {
      wire.send(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Response exchange(String request) {
    send(request);
    return read();
  }

  /** Reads one response to a request that was not HEAD. */
  Response read() {
    return read(false);
  }

  /** Reads one response. */
  Response read(boolean toHead) {
    try {
      String head = wire.readHead();
      if (head == null) {
        throw new AssertionError("the connection ended before a response");
      }
      int status = Integer.parseInt(head.substring(9, 12));
      boolean bodiless = toHead || status == 204 || status == 304 || status < 200;
      return new Response(status, head, bodiless ? "" : body(new Response(status, head, "")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String body(Response response) throws IOException {
    String length = response.header("content-length");
    String coding = response.header("transfer-encoding");
    if ((length == null) == (coding == null)) {
      throw new AssertionError("framing: " + response.head());
    }
    return length != null ? wire.readText(Integer.parseInt(length)) : chunks();
  }

  private String chunks() throws IOException {
    var body = new StringBuilder();
    while (true) {
      int size = Integer.parseInt(wire.readUntil("\r\n").strip(), 16);
      if (size == 0) {
        String trailer = wire.readUntil("\r\n");
        while (!trailer.equals("\r\n")) {
          trailer = wire.readUntil("\r\n");
        }
        return body.toString();
      }
      body.append(wire.readText(size));
      String end = wire.readText(2);
      if (!end.equals("\r\n")) {
        throw new AssertionError("chunk ends in " + end);
      }
    }
  }

  /** Everything to the end of the connection. */
  String readToEnd() {
    try {
      return wire.readToEnd();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the connection ends in a reset rather than in an orderly end. */
  boolean endsInReset() {
    try {
      wire.readToEnd();
      return false;
    } catch (IOException _) {
      return true;
    }
  }

  @Override
  public void close() {
    wire.close();
  }
}
