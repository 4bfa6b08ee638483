package dev.bearward.cli;

import dev.bearward.app.ClientCertificate;
import dev.bearward.app.Explanation;
import dev.bearward.app.KeyFiles;
import dev.bearward.app.ProcessLog;
import dev.bearward.app.Question;
import dev.bearward.app.TokenFile;
import dev.bearward.config.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bearward explain}: what would become of a request, and why. */
@Command(
    name = "explain",
    description =
        "Tells what would become of a request and why, without a network: every check with what"
            + " decided, the line of the configuration, and the response.")
final class ExplainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigurationFile configuration = new ConfigurationFile();

  @Option(
      names = "--request",
      required = true,
      paramLabel = "'METHOD /path'",
      description = "The request line; the version may be left out.")
  private String request = "";

  @Option(
      names = "--header",
      paramLabel = "'Name: value'",
      description = "A header field; any number of times.")
  private List<String> headers = new ArrayList<>();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Holds the token to send as Authorization: Bearer; - is the standard input.")
  private @Nullable String tokenFile;

  @Option(
      names = "--keys",
      paramLabel = "[ISSUER=]FILE",
      description =
          "A JWK set: of that issuer of the configuration, or without a name of every issuer whose"
              + " keys are not given by name; any number of times.")
  private List<String> keys = new ArrayList<>();

  @Option(
      names = "--client-certificate",
      paramLabel = "PEM",
      description = "The certificate that the client shows.")
  private @Nullable Path clientCertificate;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "The time of the request, RFC 3339 or seconds since 1970; default: now.")
  private @Nullable String at;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    var err = spec.commandLine().getErr();
    ProcessLog.installQuiet();
    if (tokenFile != null && headers.stream().anyMatch(Question::isAuthorization)) {
      throw new ParameterException(
          spec.commandLine(),
          "--token-file beside --header 'Authorization: …' (expected: one of them)");
    }
    Instant time = time();
    Reading.Loaded loaded = configuration.load(err);
    if (loaded == null) {
      return Exit.PROBLEM;
    }
    try {
      String token = tokenFile == null ? null : TokenFile.read(tokenFile, System.in);
      String thumbprint =
          clientCertificate == null ? null : ClientCertificate.thumbprint(clientCertificate);
      var question = new Question(request, headers, token, thumbprint, time);
      var files = KeyFiles.of(loaded.settings(), keys);
      Explanation.of(loaded.settings(), loaded.places(), files, question)
          .lines()
          .forEach(out::println);
      return Exit.FINE;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      err.println(e.getMessage());
      return Exit.PROBLEM;
    }
  }

  private Instant time() {
    if (at == null) {
      return Instant.now();
    }
    try {
      return at.matches("[0-9]{1,11}")
          ? Instant.ofEpochSecond(Long.parseLong(at))
          : OffsetDateTime.parse(at).toInstant();
    } catch (DateTimeException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--at: " + at + " (expected: a time such as 2026-01-31T12:00:00Z, or seconds since 1970)",
          e);
    }
  }
}
