package dev.bearward.app;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Makes text fit to be shown: without the secrets of the request, without anything else of token
 * shape, and on one line. What is shown is meant to hold no token in the first place.
 */
final class Concealed {
  private static final String MARK = "(not shown)";
  private static final Pattern JOSE =
      Pattern.compile("eyJ[A-Za-z0-9_-]*+(?:(?:\\.|%2[eE])[A-Za-z0-9_-]*+)*+");

  /** A part of a token that is shorter than this says nothing, and may stand anywhere. */
  private static final int SHORTEST = 8;

  private final List<String> secrets;

  Concealed(List<String> secrets) {
    var all = new ArrayList<String>();
    for (String secret : secrets) {
      all.add(secret);
      all.addAll(List.of(secret.split("\\.", -1)));
    }
    this.secrets =
        all.stream()
            .filter(secret -> secret.length() >= SHORTEST)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  String of(String text) {
    String shown = text;
    for (String secret : secrets) {
      shown = shown.replace(secret, MARK);
    }
    return escaped(JOSE.matcher(shown).replaceAll(MARK));
  }

  private static String escaped(String text) {
    var out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
            out.append("\\u%04x".formatted(c));
          } else {
            out.appendCodePoint(c);
          }
        });
    return out.toString();
  }
}
