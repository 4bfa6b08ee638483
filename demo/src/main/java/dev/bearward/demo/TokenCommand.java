package dev.bearward.demo;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints an access token and nothing else, so that {@code $(…)} fits into a curl line. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = "Prints an access token of the running demo, for curl.")
final class TokenCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Option(names = "--user", defaultValue = "alice", description = "alice or bob (${DEFAULT-VALUE})")
  private String user = "alice";

  @Option(names = "--scope", description = "Scopes, separated by spaces (all that the user may)")
  private Optional<String> scope = Optional.empty();

  @Option(names = "--audience", description = "The token's audience (appointments:api)")
  private Optional<String> audience = Optional.empty();

  @Option(names = "--expires-in", description = "Seconds; negative for an expired token (3600)")
  private Optional<Integer> expiresIn = Optional.empty();

  @Option(names = "--auth-port", defaultValue = "9000", description = "(${DEFAULT-VALUE})")
  private int authorizationPort = 9000;

  @Override
  public Integer call() throws InterruptedException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("user", user);
    scope.ifPresent(names -> fields.put("scope", names));
    audience.ifPresent(name -> fields.put("audience", name));
    expiresIn.ifPresent(seconds -> fields.put("expires_in", seconds));
    PrintWriter err = spec.commandLine().getErr();
    return switch (new TokenRequest("http://localhost:" + authorizationPort + "/").fetch(fields)) {
      case TokenRequest.Answer.Token(String value) -> {
        spec.commandLine().getOut().println(value);
        yield 0;
      }
      case TokenRequest.Answer.Refused(String detail) -> {
        err.println(detail);
        yield 1;
      }
      case TokenRequest.Answer.Unreachable(String detail) -> {
        err.println("No demo is running: " + detail + ". Start it with ./bearward demo.");
        yield 3;
      }
    };
  }
}
