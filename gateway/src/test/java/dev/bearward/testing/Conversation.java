package dev.bearward.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link RawUpstream}, or of a raw client. Text is ISO 8859-1, so bytes and
 * characters are one to one. Reading belongs to one thread; the record may be read by any.
 */
public final class Conversation implements AutoCloseable {
  private final Socket socket;
  private final Socket below;
  private final InputStream in;
  private final OutputStream out;
  private final ByteArrayOutputStream record = new ByteArrayOutputStream();
  private volatile boolean ended;
  private volatile @Nullable IOException broken;

  /** Takes over a connected socket. */
  public Conversation(Socket socket) throws IOException {
    this(socket, socket);
  }

  /** Takes over a TLS socket on top of a connected one. */
  public Conversation(Socket socket, Socket below) throws IOException {
    this.socket = socket;
    this.below = below;
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    this.out = socket.getOutputStream();
  }

  Socket socket() {
    return socket;
  }

  /** Reads to the end of a head, the empty line included; null at the end of the connection. */
  public @Nullable String readHead() throws IOException {
    var head = new StringBuilder();
    while (head.length() < 4 || head.lastIndexOf("\r\n\r\n") != head.length() - 4) {
      int octet = read();
      if (octet < 0) {
        return head.isEmpty() ? null : head.toString();
      }
      head.append((char) octet);
    }
    return head.toString();
  }

  /** Reads a head and a body of the declared Content-Length; null at the end of the connection. */
  public @Nullable String readRequest() throws IOException {
    String head = readHead();
    return head == null ? null : head + readText((int) contentLength(head));
  }

  /** Reads exactly so many bytes as text. */
  public String readText(int length) throws IOException {
    var text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      int octet = read();
      if (octet < 0) {
        throw new IOException("end of connection after " + i + " of " + length + " bytes");
      }
      text.append((char) octet);
    }
    return text.toString();
  }

  /** Reads so many bytes as text, or fewer at the end of the connection. */
  public String readUpTo(int length) throws IOException {
    var text = new StringBuilder(length);
    for (int octet = 0; text.length() < length && octet >= 0; ) {
      octet = read();
      if (octet >= 0) {
        text.append((char) octet);
      }
    }
    return text.toString();
  }

  /** Reads until what was read ends in {@code suffix}, or to the end of the connection. */
  public String readUntil(String suffix) throws IOException {
    var text = new StringBuilder();
    while (text.length() < suffix.length()
        || text.lastIndexOf(suffix) != text.length() - suffix.length()) {
      int octet = read();
      if (octet < 0) {
        break;
      }
      text.append((char) octet);
    }
    return text.toString();
  }

  /** Reads and forgets so many bytes, without recording them. */
  public void skip(long length) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    for (long left = length; left > 0; ) {
      int got = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (got < 0) {
        throw new IOException("end of connection, " + left + " bytes missing");
      }
      left -= got;
    }
  }

  /** Reads to the end of the connection. */
  public String readToEnd() throws IOException {
    var text = new StringBuilder();
    for (int octet = read(); octet >= 0; octet = read()) {
      text.append((char) octet);
    }
    return text.toString();
  }

  private int read() throws IOException {
    int octet = in.read();
    if (octet < 0) {
      ended = true;
    } else {
      synchronized (record) {
        record.write(octet);
      }
    }
    return octet;
  }

  /** Sends text, each character as one byte. */
  public void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends bytes. */
  public void send(byte[] octets) throws IOException {
    out.write(octets);
    out.flush();
  }

  /** Ends the sending side only. */
  public void finish() throws IOException {
    socket.shutdownOutput();
  }

  /** Closes with a reset instead of an orderly end. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** TLS of the connection; null where it has none. */
  public @Nullable ExtendedSSLSession session() {
    return socket instanceof SSLSocket tls ? (ExtendedSSLSession) tls.getSession() : null;
  }

  /** Closes the TCP connection without a word of TLS. */
  public void cutOff() throws IOException {
    below.close();
  }

  /** Everything read so far but for what {@link #skip} took. */
  public String received() {
    synchronized (record) {
      return record.toString(StandardCharsets.ISO_8859_1);
    }
  }

  /** Whether the other side ended or broke the connection, as far as it was read. */
  public boolean over() {
    return ended || broken != null;
  }

  /** What broke the connection, or null. */
  public @Nullable IOException broken() {
    return broken;
  }

  void broke(IOException cause) {
    broken = cause;
  }

  private static long contentLength(String head) {
    for (String line : head.split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        return Long.parseLong(line.substring(line.indexOf(':') + 1).trim());
      }
    }
    return 0;
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
