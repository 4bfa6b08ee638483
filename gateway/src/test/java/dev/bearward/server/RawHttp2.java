package dev.bearward.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 client that sends exact frames, right or wrong, and reads what comes back. */
final class RawHttp2 implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int ACK = 0x1;
  static final int END_STREAM = 0x1;
  static final int END_HEADERS = 0x4;
  static final int PADDED = 0x8;

  private static final int MAX_HEADER_BYTES = 64 * 1024;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  /** One frame as it came. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Frame(int type, int flags, int stream, byte[] payload, @Nullable Http2Headers headers) {
    boolean has(int flag) {
      return (flags & flag) != 0;
    }

    /** The error code of a RST_STREAM or a GOAWAY. */
    Http2Error error() {
      int at = type == GOAWAY ? 4 : 0;
      return Http2Error.valueOf(ByteBuffer.wrap(payload).getInt(at));
    }
  }

  /** What came on one stream until its end. */
  record Response(
      int status,
      List<Http2Headers> heads,
      String body,
      @Nullable Http2Headers trailers,
      @Nullable Http2Error reset) {
    @Nullable String header(String name) {
      CharSequence value = heads.getLast().get(name);
      return value == null ? null : value.toString();
    }

    @Nullable String reason() {
      int at = body.indexOf("\"reason\":\"");
      return at < 0 ? null : body.substring(at + 10, body.indexOf('"', at + 10));
    }
  }

  private final Socket socket;
  private final DataInputStream in;
  private final DefaultHttp2HeadersDecoder hpack =
      new DefaultHttp2HeadersDecoder(false, MAX_HEADER_BYTES);
  private final Deque<Frame> unread = new ArrayDeque<>();

  RawHttp2(Socket socket) {
    this.socket = socket;
    try {
      socket.setTcpNoDelay(true);
      this.in = new DataInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A client that has sent its preface and empty settings. */
  static RawHttp2 connect(TestServer server) {
    RawHttp2 client = bare(server);
    client.bytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
    client.frame(SETTINGS, 0, 0);
    return client;
  }

  /** A client that has sent its preface and these settings: pairs of identifier and value. */
  static RawHttp2 connect(TestServer server, int... settings) {
    RawHttp2 client = bare(server);
    client.bytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
    client.settings(settings);
    return client;
  }

  /** A client that has sent nothing. */
  static RawHttp2 bare(TestServer server) {
    try {
      var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
      socket.setSoTimeout(10_000);
      return new RawHttp2(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives up waiting after so many milliseconds. */
  void timeout(int millis) {
    try {
      socket.setSoTimeout(millis);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Socket socket() {
    return socket;
  }

  void bytes(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the bytes could be sent; a flood may find the connection closed. */
  boolean tryBytes(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  void settings(int... pairs) {
    ByteBuffer payload = ByteBuffer.allocate(pairs.length / 2 * 6);
    for (int i = 0; i < pairs.length; i += 2) {
      payload.putShort((short) pairs[i]).putInt(pairs[i + 1]);
    }
    frame(SETTINGS, 0, 0, payload.array());
  }

  void frame(int type, int flags, int stream, byte... payload) {
    bytes(encoded(type, flags, stream, payload));
  }

  static byte[] encoded(int type, int flags, int stream, byte... payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** A header section of literals in that order. */
  static byte[] section(String... namesAndValues) {
    var out = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      out.write(0);
      string(out, namesAndValues[i]);
      string(out, namesAndValues[i + 1]);
    }
    return out.toByteArray();
  }

  private static void string(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < 127) {
      out.write(bytes.length);
    } else {
      out.write(127);
      int left = bytes.length - 127;
      while (left >= 128) {
        out.write(left % 128 + 128);
        left /= 128;
      }
      out.write(left);
    }
    out.writeBytes(bytes);
  }

  /** A header section in one frame, with nothing added. */
  void headers(int stream, boolean last, String... namesAndValues) {
    int flags = END_HEADERS | (last ? END_STREAM : 0);
    byte[] section = section(namesAndValues);
    if (section.length <= 16_384) {
      frame(HEADERS, flags, stream, section);
      return;
    }
    frame(HEADERS, last ? END_STREAM : 0, stream, java.util.Arrays.copyOf(section, 16_384));
    for (int at = 16_384; at < section.length; at += 16_384) {
      int end = Math.min(section.length, at + 16_384);
      byte[] part = java.util.Arrays.copyOfRange(section, at, end);
      frame(CONTINUATION, end == section.length ? END_HEADERS : 0, stream, part);
    }
  }

  /** A request with those fields behind the usual pseudo-header fields. */
  void request(int stream, boolean last, String method, String path, String... fields) {
    var all = new ArrayList<>(basics(method, path));
    all.addAll(List.of(fields));
    headers(stream, last, all.toArray(String[]::new));
  }

  static List<String> basics(String method, String path) {
    return List.of(":method", method, ":scheme", "http", ":path", path, ":authority", "h");
  }

  void get(int stream, String... fields) {
    request(stream, true, "GET", "/a", fields);
  }

  void data(int stream, boolean last, String text) {
    data(stream, last, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void data(int stream, boolean last, byte[] bytes) {
    frame(DATA, last ? END_STREAM : 0, stream, bytes);
  }

  void reset(int stream) {
    frame(RST_STREAM, 0, stream, 0, 8);
  }

  private void frame(int type, int flags, int stream, int high, int code) {
    frame(type, flags, stream, (byte) 0, (byte) 0, (byte) high, (byte) code);
  }

  void window(int stream, int more) {
    frame(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(more).array());
  }

  /** The next frame, or null at the end of the connection. */
  @Nullable Frame read() {
    Frame kept = unread.poll();
    return kept != null ? kept : receive();
  }

  private @Nullable Frame receive() {
    try {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      int length = first << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = new byte[length];
      in.readFully(payload);
      if (type == SETTINGS && flags == 0) {
        tryBytes(encoded(SETTINGS, ACK, 0));
      }
      return new Frame(
          type, flags, stream, payload, type == HEADERS ? decode(stream, payload) : null);
    } catch (EOFException e) {
      return null;
    } catch (SocketException e) {
      return null; // Reset.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next frame of that type; those before it are passed over. */
  Frame await(int type) {
    for (Frame frame = read(); frame != null; frame = read()) {
      if (frame.type() == type && !(type == SETTINGS && frame.has(ACK))) {
        return frame;
      }
    }
    throw new AssertionError("the connection ended without a frame of type " + type);
  }

  /** The error of the GOAWAY with which the connection then ends. */
  Http2Error ending() {
    Http2Error last = null;
    for (Frame frame = read(); frame != null; frame = read()) {
      if (frame.type() == GOAWAY) {
        last = frame.error();
      }
    }
    if (last == null) {
      throw new AssertionError("the connection ended without GOAWAY");
    }
    return last;
  }

  /** How that stream is reset. */
  Http2Error resetOf(int stream) {
    Response response = response(stream);
    Http2Error error = response.reset();
    if (error == null) {
      throw new AssertionError("answered " + response);
    }
    return error;
  }

  /** All that comes on one stream; windows are opened as DATA come. Frames of others are kept. */
  Response response(int stream) {
    var heads = new ArrayList<Http2Headers>();
    var body = new StringBuilder();
    Http2Headers trailers = null;
    int status = 0;
    var others = new ArrayList<Frame>();
    try {
      for (Frame frame = read(); frame != null; frame = read()) {
        if (frame.type() == GOAWAY && frame.error() != Http2Error.NO_ERROR) {
          throw new AssertionError("GOAWAY " + frame.error());
        }
        if (frame.stream() != stream) {
          if (frame.type() == HEADERS || frame.type() == DATA || frame.type() == RST_STREAM) {
            others.add(frame);
          }
          continue;
        }
        switch (frame.type()) {
          case HEADERS -> {
            Http2Headers headers = java.util.Objects.requireNonNull(frame.headers());
            if (headers.status() == null) {
              trailers = headers;
            } else {
              heads.add(headers);
              status = Integer.parseInt(headers.status().toString());
            }
          }
          case DATA -> {
            body.append(new String(frame.payload(), StandardCharsets.ISO_8859_1));
            if (frame.payload().length > 0) {
              window(0, frame.payload().length);
            }
          }
          case RST_STREAM -> {
            return new Response(status, heads, body.toString(), trailers, frame.error());
          }
          default -> {}
        }
        if ((frame.type() == HEADERS || frame.type() == DATA) && frame.has(END_STREAM)) {
          return new Response(status, heads, body.toString(), trailers, null);
        }
      }
    } finally {
      others.reversed().forEach(unread::addFirst);
    }
    throw new AssertionError("the connection ended without an end of stream " + stream);
  }

  /** At once, since each section counts on those before. */
  private Http2Headers decode(int stream, byte[] payload) {
    ByteBuf section = Unpooled.wrappedBuffer(payload);
    try {
      return hpack.decodeHeaders(stream, section);
    } catch (Http2Exception e) {
      throw new AssertionError(e);
    } finally {
      section.release();
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
