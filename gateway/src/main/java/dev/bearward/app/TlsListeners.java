package dev.bearward.app;

import dev.bearward.tls.TlsListener;
import java.nio.file.Path;
import java.util.List;

/** Tells several listeners, in order. */
record TlsListeners(List<TlsListener> listeners) implements TlsListener {
  @Override
  public void clientRefused(String why) {
    listeners.forEach(listener -> listener.clientRefused(why));
  }

  @Override
  public void serverRefused(String server, String why) {
    listeners.forEach(listener -> listener.serverRefused(server, why));
  }

  @Override
  public void reread(String what) {
    listeners.forEach(listener -> listener.reread(what));
  }

  @Override
  public void broken(Path file, String why) {
    listeners.forEach(listener -> listener.broken(file, why));
  }
}
