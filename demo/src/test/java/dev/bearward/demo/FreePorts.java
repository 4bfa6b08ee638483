package dev.bearward.demo;

import dev.bearward.demo.web.WebServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports that were free a moment ago. */
final class FreePorts {
  static final List<String> OPTIONS =
      List.of("--gateway-port", "--admin-port", "--api-port", "--auth-port", "--spa-port");

  private FreePorts() {}

  static Ports choose() {
    List<Ports.Port> ports = new ArrayList<>();
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (String option : OPTIONS) {
        ServerSocket socket = new ServerSocket();
        sockets.add(socket);
        socket.bind(WebServer.loopback(0));
        ports.add(new Ports.Port(socket.getLocalPort(), option));
      }
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    } catch (IOException noSockets) {
      throw new AssertionError("no free port", noSockets);
    }
    return new Ports(ports.get(0), ports.get(1), ports.get(2), ports.get(3), ports.get(4));
  }
}
