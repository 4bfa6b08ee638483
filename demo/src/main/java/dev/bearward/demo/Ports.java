package dev.bearward.demo;

import dev.bearward.demo.web.WebServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;

/** The five ports of the demo, each with the option that changes it. */
record Ports(Port gateway, Port admin, Port api, Port authorization, Port spa) {

  private static final int CONNECT_MILLISECONDS = 500;

  /** One port and the option that changes it. */
  record Port(int number, String option) {
    CannotStart taken() {
      return new CannotStart(
          "Port " + number + " is taken by another program: choose another with " + option + ".");
    }
  }

  /** All five. */
  List<Port> all() {
    return List.of(gateway, admin, api, authorization, spa);
  }

  /** Those of the demo's own servers. */
  List<Port> servers() {
    return List.of(api, authorization, spa);
  }

  /** Refuses before anything runs, so that nothing has to be undone. */
  static void requireFree(List<Port> ports) throws CannotStart {
    for (Port port : ports) {
      try (ServerSocket probe = new ServerSocket()) {
        probe.setReuseAddress(true);
        probe.bind(WebServer.loopback(port.number()));
      } catch (BindException taken) {
        throw port.taken();
      } catch (IOException noSocket) {
        throw new CannotStart("Port " + port.number() + ": " + noSocket.getMessage());
      }
      if (answersOnIpv6(port.number())) {
        throw port.taken();
      }
    }
  }

  /** A browser may take localhost for ::1, and would then talk to that other program. */
  private static boolean answersOnIpv6(int port) {
    byte[] address = new byte[16];
    address[15] = 1;
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getByAddress(address), port), CONNECT_MILLISECONDS);
      return true;
    } catch (IOException nobody) {
      return false;
    }
  }

  /** Whether no two of them are the same. */
  boolean distinct() {
    return all().stream().map(Port::number).distinct().count() == all().size();
  }

  /** What {@code config/appointments.yaml} reads, so that it serves any ports. */
  Map<String, String> environment() {
    return Map.of(
        "DEMO_GATEWAY_PORT", Integer.toString(gateway.number()),
        "DEMO_ADMIN_PORT", Integer.toString(admin.number()),
        "DEMO_API_PORT", Integer.toString(api.number()),
        "DEMO_AUTH_PORT", Integer.toString(authorization.number()),
        "DEMO_SPA_PORT", Integer.toString(spa.number()));
  }

  String gatewayUrl() {
    return "http://localhost:" + gateway.number();
  }

  String issuer() {
    return "http://localhost:" + authorization.number() + "/";
  }

  String spaUrl() {
    return "http://localhost:" + spa.number() + "/";
  }
}
