package dev.bearward.demo;

import dev.bearward.demo.appointments.AppointmentsApi;
import dev.bearward.demo.authorization.AuthorizationServer;
import dev.bearward.demo.authorization.DevelopmentIssuer;
import dev.bearward.demo.spa.SpaServer;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code demo serve PART}: one part alone, on all addresses, for a container of its own. */
@Command(
    name = "serve",
    description = "One part alone, on all addresses, for a container of its own.")
final class ServeCommand implements Callable<Integer> {
  /** What can be served, named as in the compose file. */
  enum Part {
    authorization,
    api,
    app
  }

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Parameters(paramLabel = "PART", description = "${COMPLETION-CANDIDATES}")
  @SuppressWarnings("NullAway.Init")
  private Part part;

  @Option(names = "--port", required = true)
  private int port;

  @Option(
      names = "--auth-port",
      defaultValue = "" + Demo.AUTHORIZATION_PORT,
      description = "Where the browser finds it (${DEFAULT-VALUE})")
  private int authorizationPort;

  @Option(names = "--gateway-port", defaultValue = "7001", description = "(${DEFAULT-VALUE})")
  private int gatewayPort;

  @Option(names = "--spa-port", defaultValue = "3000", description = "(${DEFAULT-VALUE})")
  private int spaPort;

  @Override
  public Integer call() throws Exception {
    AutoCloseable running = start(new InetSocketAddress(port));
    try {
      spec.commandLine().getOut().println(part + " on port " + port);
      Thread.currentThread().join();
      return 0;
    } finally {
      running.close();
    }
  }

  private AutoCloseable start(InetSocketAddress address) throws Exception {
    return switch (part) {
      case authorization ->
          AuthorizationServer.start(
              address, bound -> DevelopmentIssuer.ofDemo(bound, spaPort), Clock.systemUTC());
      case api -> AppointmentsApi.start(address, Clock.systemUTC().instant());
      case app ->
          SpaServer.start(
              address,
              Stack.spaSettings(
                  "http://localhost:" + authorizationPort + "/",
                  "http://localhost:" + gatewayPort));
    };
  }
}
