package dev.bearward.app;

import com.nimbusds.jose.util.Base64URL;
import dev.bearward.http.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A good token's text, altered: its parts, its encoding, and characters at random. */
final class TextAttacks {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final int RANDOM_EDITS = 45;

  private final Random random;
  private final String good;
  private final String[] parts;
  private final List<Attack> attacks = new ArrayList<>();

  private TextAttacks(String good, long seed) {
    this.random = new Random(seed);
    this.good = good;
    this.parts = good.split("\\.", -1);
  }

  static List<Attack> on(String good, long seed) {
    var made = new TextAttacks(good, seed);
    made.fields();
    made.shapes();
    for (int part = 0; part < 3; part++) {
      made.encoding(part);
      made.edits(part);
    }
    return made.attacks;
  }

  private void fields() {
    attacks.add(Attack.field("no token", Reason.MALFORMED_AUTHORIZATION, "Bearer"));
    attacks.add(Attack.field("tab", Reason.MALFORMED_AUTHORIZATION, "Bearer\t" + good));
    attacks.add(Attack.field("colon", Reason.MALFORMED_AUTHORIZATION, "Bearer: " + good));
    attacks.add(Attack.field("no space", Reason.NO_TOKEN, "Bearer" + good));
    attacks.add(Attack.field("no scheme", Reason.NO_TOKEN, good));
    attacks.add(Attack.field("Basic", Reason.NO_TOKEN, "Basic " + good));
    attacks.add(Attack.field("DPoP", Reason.NO_TOKEN, "DPoP " + good));
    String twice = "Bearer " + good + "\r\nAuthorization: Bearer " + good;
    attacks.add(Attack.field("two fields", Reason.MULTIPLE_TOKENS, twice));
    for (String comma : List.of(",", ", ", " , Bearer ")) {
      attacks.add(
          Attack.field(
              "joined by " + comma, Reason.MULTIPLE_TOKENS, "Bearer " + good + comma + good));
    }
    for (String wrapped : List.of("\"%s\"", "<%s>", "'%s'", "token=%s", "%s;", "%s x")) {
      attacks.add(Attack.forged("as " + wrapped, wrapped.formatted(good)));
    }
    String folded = parts[0] + ".\r\n " + parts[1] + "." + parts[2];
    attacks.add(Attack.forged("folded", folded));
  }

  private void shape(String name, String token) {
    attacks.add(Attack.token(name, Reason.TOKEN_MALFORMED, token));
  }

  private void shapes() {
    for (String dots : List.of(".", "..", "...", "....", "a", "a.b", "a.b.c.d.e")) {
      shape(dots, dots);
    }
    shape("two parts", parts[0] + "." + parts[1]);
    shape("detached", parts[0] + ".." + parts[2]);
    shape("no header", "." + parts[1] + "." + parts[2]);
    shape("four parts", good + ".");
    shape("four parts, empty first", "." + good);
    shape("five parts", good + "." + parts[2] + "." + parts[2]);
    shape("payload first", parts[1] + "." + parts[0] + "." + parts[2]);
    shape("two tokens", good + "." + good);
    shape("encoded", Base64URL.encode(good).toString());
    String json =
        "{\"payload\":\"%s\",\"protected\":\"%s\",\"signature\":\"%s\"}"
            .formatted(parts[1], parts[0], parts[2]);
    attacks.add(Attack.field("JSON", Reason.MALFORMED_AUTHORIZATION, "Bearer " + json));
    shape("encoded JSON", Base64URL.encode(json).toString());
    attacks.add(Attack.forged("upper case", good.toUpperCase(java.util.Locale.ROOT)));
    attacks.add(Attack.forged("lower case", good.toLowerCase(java.util.Locale.ROOT)));
  }

  private String with(int part, String text) {
    String[] altered = parts.clone();
    altered[part] = text;
    return String.join(".", altered);
  }

  private void encoding(int part) {
    String text = parts[part];
    for (String extra : List.of("+", "/", "~")) {
      shape(extra + " in part " + part, with(part, text + extra));
      shape(extra + " before part " + part, with(part, extra + text));
    }
    for (String extra : List.of("=", "==", " ", "\t", "%3D", "%20", "\u00e9", "\u00a0", "\u0000")) {
      String after = with(part, text + extra);
      if (!after.trim().equals(good) || extra.equals("\u0000")) {
        attacks.add(Attack.forged("'" + extra + "' in part " + part, after));
      }
      attacks.add(
          Attack.forged(
              "'" + extra + "' amid part " + part,
              with(part, text.charAt(0) + extra + text.substring(1))));
    }
    if (text.length() % 4 != 0) {
      int last = ALPHABET.indexOf(text.charAt(text.length() - 1));
      String spare = text.substring(0, text.length() - 1) + ALPHABET.charAt(last + 1);
      shape("spare bit of part " + part, with(part, spare));
    }
  }

  private void edits(int part) {
    String text = parts[part];
    for (int i = 0; i < RANDOM_EDITS; i++) {
      int at = random.nextInt(text.length());
      char flipped = (char) (text.charAt(at) ^ (1 << random.nextInt(8)));
      edit("flip", part, text.substring(0, at) + flipped + text.substring(at + 1));
      edit("delete", part, text.substring(0, at) + text.substring(at + 1));
      char added = ALPHABET.charAt(random.nextInt(64));
      edit("insert", part, text.substring(0, at) + added + text.substring(at));
      char any = (char) (0x21 + random.nextInt(0xde));
      edit("replace", part, text.substring(0, at) + any + text.substring(at + 1));
    }
  }

  private void edit(String name, int part, String text) {
    String token = with(part, text);
    if (!token.equals(good)) {
      attacks.add(Attack.forged(name + " in part " + part + ": " + text, token));
    }
  }
}
