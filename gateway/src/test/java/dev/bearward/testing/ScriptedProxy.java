package dev.bearward.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy on loopback that records request lines: tunnels CONNECT, relays the rest. */
public final class ScriptedProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final List<String> requestLines = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  private ScriptedProxy(ServerSocket listener) {
    this.listener = listener;
  }

  /** Starts one on a free port. */
  public static ScriptedProxy start() {
    try {
      var proxy = new ScriptedProxy(new ServerSocket(0, 16, InetAddress.getLoopbackAddress()));
      Thread.ofVirtual().start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** The first lines of the requests it had. */
  public List<String> requestLines() {
    return requestLines;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        sockets.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try {
      String head = readHead(client.getInputStream());
      String line = head.substring(0, head.indexOf("\r\n"));
      requestLines.add(line);
      boolean tunnel = line.startsWith("CONNECT ");
      String target = line.split(" ", -1)[1];
      URI origin = URI.create(tunnel ? "//" + target : target);
      Socket server = new Socket(origin.getHost(), origin.getPort());
      sockets.add(server);
      if (tunnel) {
        client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      } else {
        String originForm = head.replaceFirst("http://[^/]*", "");
        server.getOutputStream().write(originForm.getBytes(StandardCharsets.UTF_8));
      }
      Thread.ofVirtual().start(() -> pump(client, server));
      pump(server, client);
    } catch (IOException closed) {
      requestLines.add("failed: " + closed);
    }
  }

  private static String readHead(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      head.write(b);
      if (head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
        return head.toString(StandardCharsets.UTF_8);
      }
    }
    throw new IOException("no head");
  }

  private static void pump(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException closed) {
      // Either side may go at any time.
      return;
    }
  }
}
