package dev.bearward.demo;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Entry point of the demo. Exit codes: 0 fine, 1 the gateway ended on its own, 2 wrong usage, 3
 * could not start.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    subcommands = {TokenCommand.class, ServeCommand.class},
    description =
        "Development only: an authorization server, an API and an app around the real gateway.")
public final class Demo implements Callable<Integer> {
  static final int AUTHORIZATION_PORT = 9000;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Option(names = "--gateway-port", defaultValue = "7001", description = "(${DEFAULT-VALUE})")
  private int gatewayPort;

  @Option(names = "--admin-port", defaultValue = "9901", description = "(${DEFAULT-VALUE})")
  private int adminPort;

  @Option(names = "--api-port", defaultValue = "7002", description = "(${DEFAULT-VALUE})")
  private int apiPort;

  @Option(
      names = "--auth-port",
      defaultValue = "" + AUTHORIZATION_PORT,
      description = "(${DEFAULT-VALUE})")
  private int authorizationPort;

  @Option(names = "--spa-port", defaultValue = "3000", description = "(${DEFAULT-VALUE})")
  private int spaPort;

  @Option(
      names = "--gateway-jar",
      description = "The gateway's jar (gateway/target/bearward.jar of the source tree)")
  private Optional<Path> gatewayJar = Optional.empty();

  @Option(
      names = {"-c", "--config"},
      description = "The gateway's configuration (config/appointments.yaml of the source tree)")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--without-gateway",
      description = "Start the rest only and run the gateway yourself.")
  private boolean withoutGateway;

  @Option(names = "--verbose", description = "Print what the gateway prints.")
  private boolean verbose;

  /** Starts everything and waits for Ctrl-C. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Demo());
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Ports ports = ports();
    if (!ports.distinct()) {
      err.println("Two of the ports are the same: each part needs one of its own.");
      return 2;
    }
    out.println(Greeting.FIRST_LINE);
    out.flush();
    Stack stack = new Stack(ports, line -> say(out, "  " + line));
    Thread stop = new Thread(() -> stop(stack, out), "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      return run(stack, ports, out, err);
    } catch (CannotStart reason) {
      if (!stack.isClosed()) {
        err.println(reason.getMessage());
      }
      return 3;
    } finally {
      stack.close();
      forget(stop);
    }
  }

  private int run(Stack stack, Ports ports, PrintWriter out, PrintWriter err)
      throws CannotStart, InterruptedException {
    if (withoutGateway) {
      Ports.requireFree(ports.servers());
      stack.startServers();
      say(out, "\nWithout the gateway, as asked. Ctrl-C stops the rest.");
      Thread.currentThread().join();
    }
    GatewayProcess.Command command = gateway();
    Ports.requireFree(ports.all());
    stack.startServers();
    Consumer<String> log = verbose ? line -> say(out, "gateway | " + line) : line -> {};
    GatewayProcess gateway = stack.startGateway(command, log);
    say(out, new Greeting(ports, home()).text());
    gateway.awaitEnd();
    if (!stack.isClosed()) {
      err.println("The gateway ended by itself with " + gateway.lastWords());
    }
    return 1;
  }

  private GatewayProcess.Command gateway() throws CannotStart {
    Path jar = gatewayJar.orElse(home().resolve("gateway/target/bearward.jar"));
    Path file = config.orElse(home().resolve("config/appointments.yaml"));
    if (!Files.isRegularFile(jar)) {
      throw new CannotStart(
          "There is no " + jar + ": build it with mvn package, or --gateway-jar.");
    }
    if (!Files.isRegularFile(file)) {
      throw new CannotStart("There is no " + file + ": name the configuration with --config.");
    }
    Path options = home().resolve("gateway/src/main/dist/jvm.options");
    return new GatewayProcess.Command(jar, file, Optional.of(options).filter(Files::isRegularFile));
  }

  private Ports ports() {
    return new Ports(
        new Ports.Port(gatewayPort, "--gateway-port"),
        new Ports.Port(adminPort, "--admin-port"),
        new Ports.Port(apiPort, "--api-port"),
        new Ports.Port(authorizationPort, "--auth-port"),
        new Ports.Port(spaPort, "--spa-port"));
  }

  /** The source tree: the launcher names it, otherwise it is the current folder. */
  private static Path home() {
    return Path.of(System.getProperty("bearward.home", "")).toAbsolutePath().normalize();
  }

  private static void say(PrintWriter out, String text) {
    out.println(text);
    out.flush();
  }

  private static void stop(Stack stack, PrintWriter out) {
    say(out, "\nStopping.");
    stack.close();
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyStopping) {
      // The hook is what stops us.
    }
  }
}
