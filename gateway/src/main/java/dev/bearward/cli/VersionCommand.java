package dev.bearward.cli;

import dev.bearward.app.CryptoStart;
import dev.bearward.app.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bearward version}: version, commit, runtime, crypto provider. */
@Command(name = "version", description = "Prints version, commit, runtime and crypto provider.")
final class VersionCommand implements Callable<Integer>, IVersionProvider {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    for (String line : getVersion()) {
      spec.commandLine().getOut().println(line);
    }
    return Exit.FINE;
  }

  @Override
  public String[] getVersion() {
    Version version = Version.current();
    return new String[] {
      "bearward " + version.number() + " (commit " + version.commit() + ")",
      "runtime: " + Version.runtime(),
      "crypto: " + CryptoStart.describe()
    };
  }
}
