package dev.bearward.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that holds one token. */
public final class TokenFile {
  private static final String STANDARD_INPUT = "-";
  private static final int MOST = 1024 * 1024;

  private TokenFile() {}

  /**
   * The token, without the space around it.
   *
   * @param name of the file; {@code -} for the standard input
   * @throws IOException when there is none; the message never holds what was read
   */
  public static String read(String name, InputStream standardInput) throws IOException {
    String token = new String(bytes(name, standardInput), StandardCharsets.UTF_8).strip();
    if (token.isEmpty() || token.chars().anyMatch(Character::isISOControl)) {
      throw new IOException("--token-file: " + name + " (expected: one token on one line)");
    }
    return token;
  }

  private static byte[] bytes(String name, InputStream standardInput) throws IOException {
    if (name.equals(STANDARD_INPUT)) {
      return standardInput.readNBytes(MOST);
    }
    try (InputStream in = Files.newInputStream(Path.of(name))) {
      return in.readNBytes(MOST);
    } catch (IOException e) {
      throw new IOException("--token-file: " + name + " (expected: a file that can be read)", e);
    }
  }
}
