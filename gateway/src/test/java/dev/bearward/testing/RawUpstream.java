package dev.bearward.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * An upstream that knows no HTTP: it records the exact bytes it gets and answers the exact bytes of
 * a script, one virtual thread per connection. Listens on 127.0.0.1 and a free port.
 */
public final class RawUpstream implements AutoCloseable {
  /** What happens on one connection; the connection is closed when it returns. */
  public interface Script {
    /** Plays one connection. */
    void play(Conversation conversation) throws IOException;
  }

  private final ServerSocket listener;
  private final Script script;
  private final List<Conversation> conversations = new CopyOnWriteArrayList<>();
  private final Queue<AssertionError> failures = new ConcurrentLinkedQueue<>();

  private RawUpstream(ServerSocket listener, Script script) {
    this.listener = listener;
    this.script = script;
  }

  /** Starts listening; each connection plays the script. */
  public static RawUpstream start(Script script) {
    return at(InetAddress.getLoopbackAddress(), 0, script);
  }

  /** The same at an address and port of the test's choice. */
  public static RawUpstream at(InetAddress address, int port, Script script) {
    try {
      var upstream = new RawUpstream(new ServerSocket(port, 128, address), script);
      Thread.ofVirtual().name("raw-upstream").start(upstream::accept);
      return upstream;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same with TLS; {@code clientAuth} says whether clients must show a certificate. */
  public static RawUpstream tls(SSLContext context, boolean clientAuth, Script script) {
    return start(plain -> {
      var socket = (SSLSocket) context.getSocketFactory().createSocket(plain.socket(), null, true);
      socket.setUseClientMode(false);
      socket.setNeedClientAuth(clientAuth);
      script.play(new Conversation(socket, plain.socket()));
    });
  }

  /** Answers every request, whose body has a Content-Length or none, with the same bytes. */
  public static RawUpstream answering(String response) {
    return start(conversation -> {
      while (conversation.readRequest() != null) {
        conversation.send(response);
      }
    });
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        var conversation = new Conversation(socket);
        conversations.add(conversation);
        Thread.ofVirtual().name("raw-conversation").start(() -> play(conversation));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          failures.add(new AssertionError("accept", e));
        }
      }
    }
  }

  private void play(Conversation conversation) {
    try (conversation) {
      script.play(conversation);
    } catch (IOException e) {
      conversation.broke(e);
    } catch (AssertionError e) {
      failures.add(e);
    }
  }

  /** The port it listens on. */
  public int port() {
    return listener.getLocalPort();
  }

  /** All connections so far, in the order of their arrival. */
  public List<Conversation> conversations() {
    return conversations;
  }

  /** The n-th connection, counted from 0; waits for it. */
  public Conversation conversation(int n) {
    Eventually.await("connection " + n, () -> conversations.size() > n);
    return conversations.get(n);
  }

  /** Stops listening and closes all connections; fails when a script failed. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    conversations.forEach(Conversation::close);
    AssertionError failure = failures.poll();
    if (failure != null) {
      throw failure;
    }
  }
}
