package dev.bearward.token;

import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Ways to alter a signed token; what comes out is never the token. */
final class TokenMutations {
  private TokenMutations() {}

  static Set<String> of(String token) {
    Set<String> mutants = new TreeSet<>();
    String[] parts = token.split("\\.", -1);
    everyCharacter(token, mutants);
    signatureBits(parts, mutants);
    headers(parts, mutants);
    shapes(parts, mutants);
    mutants.remove(token);
    return mutants;
  }

  private static void everyCharacter(String token, Set<String> mutants) {
    for (int i = 0; i < token.length(); i++) {
      String before = token.substring(0, i);
      String after = token.substring(i + 1);
      char c = token.charAt(i);
      mutants.add(i % 2 == 0 ? before + (c == 'A' ? 'B' : 'A') + after : before + after);
      if (i % 8 == 0) {
        mutants.add(before + c + '=' + after);
        mutants.add(before + ' ' + c + after);
        mutants.add(before + '.' + after);
      }
    }
    for (int cut = 1; cut < 20; cut++) {
      mutants.add(token.substring(0, token.length() - cut));
    }
  }

  private static void signatureBits(String[] parts, Set<String> mutants) {
    byte[] signature = new Base64URL(parts[2]).decode();
    for (int bit = 0; bit < signature.length * 8; bit += 11) {
      byte[] altered = signature.clone();
      altered[bit / 8] ^= (byte) (1 << (bit % 8));
      mutants.add(parts[0] + "." + parts[1] + "." + Base64URL.encode(altered));
    }
    for (int length : List.of(0, 1, 32, 64, 96, 132, 256, 257)) {
      if (length != signature.length) {
        mutants.add(parts[0] + "." + parts[1] + "." + Base64URL.encode(new byte[length]));
      }
    }
    mutants.add(parts[0] + "." + parts[1] + "." + Base64URL.encode(new byte[signature.length]));
  }

  private static void headers(String[] parts, Set<String> mutants) {
    String header = new Base64URL(parts[0]).decodeToString();
    List<String> names = new ArrayList<>(List.of("none", "None", "NONE", "nOnE"));
    for (JwsAlgorithm algorithm : JwsAlgorithm.values()) {
      names.add(algorithm.joseName());
    }
    for (String name : names) {
      String other = header.replaceAll("\"alg\":\"[^\"]*\"", "\"alg\":\"" + name + "\"");
      String encoded = Base64URL.encode(other.getBytes(StandardCharsets.UTF_8)).toString();
      if (!encoded.equals(parts[0])) {
        mutants.add(encoded + "." + parts[1] + "." + parts[2]);
        mutants.add(encoded + "." + parts[1] + ".");
      }
    }
  }

  private static void shapes(String[] parts, Set<String> mutants) {
    mutants.add("");
    mutants.add(".");
    mutants.add("..");
    mutants.add(parts[0] + "." + parts[1]);
    mutants.add(parts[0] + "." + parts[1] + ".");
    mutants.add(parts[0] + ".." + parts[2]);
    mutants.add("." + parts[1] + "." + parts[2]);
    mutants.add(parts[0] + "." + parts[1] + "." + parts[2] + ".");
    mutants.add("." + parts[0] + "." + parts[1] + "." + parts[2]);
    mutants.add(parts[0] + "." + parts[1] + "." + parts[2] + "." + parts[2] + "." + parts[2]);
    mutants.add(parts[1] + "." + parts[0] + "." + parts[2]);
  }
}
