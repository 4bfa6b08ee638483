package dev.bearward.server;

import dev.bearward.tls.TlsListener;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps all it hears. */
final class RecordingTls implements TlsListener {
  final List<String> clients = new CopyOnWriteArrayList<>();
  final List<String> reread = new CopyOnWriteArrayList<>();
  final List<String> broken = new CopyOnWriteArrayList<>();

  @Override
  public void clientRefused(String why) {
    clients.add(why);
  }

  @Override
  public void reread(String what) {
    reread.add(what);
  }

  @Override
  public void broken(Path file, String why) {
    broken.add(file.getFileName() + ": " + why);
  }
}
