package dev.bearward.tls;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/** A file that does not hold what it should; the message names it and never shows its content. */
public final class CredentialException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Path file;
  private final String why;

  /**
   * @param file at fault
   * @param why what is wrong and what is expected
   */
  public CredentialException(Path file, String why) {
    super(file + ": " + why);
    this.file = file;
    this.why = why;
  }

  /** The file at fault. */
  public Path file() {
    return file;
  }

  /** What is wrong with it and what is expected. */
  public String why() {
    return why;
  }
}
