package dev.bearward.app;

import dev.bearward.http.Reason;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestToken;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Tokens that are well signed by the right key and still no good: their form and their claims. */
final class SignedAttacks {
  /** Allowed for clocks that differ. */
  static final int SKEW_SECONDS = 120;

  private static final List<String> MALFORMED_HEADERS =
      List.of(
          "",
          "null",
          "[]",
          "{}",
          "{%s}{}",
          "{%s} x",
          "{%s",
          "[{%s}]",
          "\uFEFF{%s}",
          "{\"alg\":\"none\",%s}",
          "{%s,\"al\\u0067\":\"none\"}",
          "{%s,\"k\\u0069d\":\"other\"}",
          "{%s,\"x\":{\"a\":1,\"a\":2}}",
          "{%s,\"crit\":[]}",
          "{%s,\"crit\":null}",
          "{%s,\"crit\":\"exp\"}",
          "{%s,\"crit\":[\"alg\"]}",
          "{%s,\"crit\":[\"missing\"]}",
          "{%s,\"crit\":[\"exp\"],\"exp\":1}",
          "{%s,\"crit\":[\"b64\"],\"b64\":true}",
          "{%s,\"crit\":[\"b64\"],\"b64\":false}",
          "{%s,\"b64\":false}",
          "{%s,\"b64\":true}",
          "{%s,\"zip\":\"DEF\"}",
          "{%s,\"enc\":\"A128GCM\"}",
          "{%s,\"cty\":\"JWT\"}",
          "{%s,\"cty\":\"application/jwt\"}",
          "{%s,\"cty\":7}",
          "{%s,\"typ\":7}",
          "{%s,\"typ\":null}",
          "{%s,\"x\":NaN}",
          "{%s,'x':1}",
          "{%s,}");

  private static final List<String> MALFORMED_PAYLOADS =
      List.of(
          "",
          "null",
          "7",
          "\"text\"",
          "[{%s}]",
          "{%s}{}",
          "{%s} x",
          "{%s}\u0000",
          "{%s",
          "{%s,}",
          "\uFEFF{%s}",
          "{%s,\"exp\":9999999999}",
          "{%s,\"e\\u0078p\":9999999999}",
          "{\"aud\":\"other\",%s}",
          "{%s,\"x\":1,\"x\":1}",
          "{%s,\"x\":[{\"y\":1,\"\\u0079\":2}]}",
          "{%s,\"sub\":\"\\ud800\"}",
          "{%s,\"x\":01}",
          "{%s,\"x\":Infinity}",
          "{%s}/**/",
          "{%s,\"iss\":7}");

  private static final List<String> NO_NUMBERS =
      List.of(
          "null",
          "true",
          "\"9999999999\"",
          "\"\"",
          "[9999999999]",
          "{}",
          "NaN",
          "-Infinity",
          "0x7fffffff",
          "1e99999999999",
          "\"NaN\"");

  private static final List<String> OTHER_TYPES =
      List.of("dpop+jwt", "logout+jwt", "secevent+jwt", "JOSE", "", "at+jwt ", "JWT;x", "jwt/at");

  private static final List<String> OTHER_AUDIENCES =
      List.of("other", "Appointments:api", "appointments:api/", "appointments:ap", "*", "");

  private final Target target;
  private final List<Attack> attacks = new ArrayList<>();

  private SignedAttacks(Target target) {
    this.target = target;
  }

  static List<Attack> on(Target target) {
    var made = new SignedAttacks(target);
    made.forms();
    made.encodings();
    made.sizes();
    made.times();
    made.audiences();
    made.issuers();
    made.types();
    return made.attacks;
  }

  private void raw(String name, Reason reason, String header, String payload) {
    attacks.add(Attack.token(name, reason, target.signed(header, payload)));
  }

  private void add(String name, Reason reason, TestToken token) {
    attacks.add(Attack.token(name, reason, token.sign()));
  }

  private void payload(Reason reason, String payload) {
    raw("payload " + payload, reason, "{" + target.header() + "}", payload);
  }

  private void forms() {
    for (String header : MALFORMED_HEADERS) {
      raw(
          "header " + header,
          Reason.TOKEN_MALFORMED,
          header.replace("%s", target.header()),
          "{" + target.claims() + "}");
    }
    for (String payload : MALFORMED_PAYLOADS) {
      payload(Reason.TOKEN_MALFORMED, payload.replace("%s", target.claims()));
    }
    for (Object keyId : Arrays.asList(null, 7, true, List.of("a"), Map.of())) {
      add("kid " + keyId, Reason.TOKEN_MALFORMED, target.token().header("kid", keyId));
    }
    for (Object algorithm : Arrays.asList(null, 7, true, List.of(target.algorithm().joseName()))) {
      add("alg " + algorithm, Reason.TOKEN_MALFORMED, target.token().header("alg", algorithm));
    }
    add("no alg", Reason.TOKEN_MALFORMED, target.token().withoutHeader("alg"));
  }

  private void encodings() {
    String header = "{" + target.header() + "}";
    String payload = "{" + target.claims() + "}";
    for (var charset :
        List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_32)) {
      bytes(
          charset + " header", header.getBytes(charset), payload.getBytes(StandardCharsets.UTF_8));
      bytes(
          charset + " payload", header.getBytes(StandardCharsets.UTF_8), payload.getBytes(charset));
    }
    for (String wrong : List.of("\u0080", "\u00c0\u00af", "\u00ed\u00a0\u0080", "\u00ff")) {
      String spoilt = "{" + target.claims() + ",\"x\":\"" + wrong + "\"}";
      bytes(
          "no UTF-8",
          header.getBytes(StandardCharsets.UTF_8),
          spoilt.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  private void bytes(String name, byte[] header, byte[] payload) {
    String token = TestToken.compact(header, payload, target.key());
    attacks.add(Attack.token(name, Reason.TOKEN_MALFORMED, token));
  }

  private void sizes() {
    for (String nested : List.of("[", "{\"a\":")) {
      payload(
          Reason.TOKEN_MALFORMED,
          "{" + target.claims() + ",\"x\":" + nested.repeat(10_000 / nested.length()));
    }
    int depth = 1000;
    payload(
        Reason.TOKEN_MALFORMED,
        "{" + target.claims() + ",\"x\":" + "[".repeat(depth) + "]".repeat(depth) + "}");
    payload(Reason.TOKEN_MALFORMED, "{" + target.claims() + ",\"x\":" + "9".repeat(5000) + "}");
    payload(Reason.TOKEN_MALFORMED, "{" + target.claims() + ",\"" + "n".repeat(5000) + "\":1}");
    add("17 KB", Reason.TOKEN_TOO_LARGE, target.token().claim("x", "x".repeat(17_000)));
  }

  private void times() {
    long now = Instant.now().getEpochSecond();
    for (String no : NO_NUMBERS) {
      payload(Reason.TOKEN_MALFORMED, "{" + target.timeless() + ",\"exp\":" + no + "}");
      payload(Reason.TOKEN_MALFORMED, "{" + target.claims() + ",\"nbf\":" + no + "}");
      payload(Reason.TOKEN_MALFORMED, "{" + target.claims() + ",\"iat\":" + no + "}");
    }
    for (String past :
        List.of("0", "-1", "-0.5", "-1e30", "-9223372036854775808", "1e-30", "1e9")) {
      payload(Reason.EXPIRED, "{" + target.timeless() + ",\"exp\":" + past + "}");
    }
    for (String future : List.of("1e30", "9223372036854775808", "18446744073709551616", "2e400")) {
      payload(Reason.NOT_YET_VALID, "{" + target.claims() + ",\"nbf\":" + future + "}");
      payload(Reason.NOT_YET_VALID, "{" + target.claims() + ",\"iat\":" + future + "}");
    }
    payload(Reason.MISSING_CLAIM, "{" + target.timeless() + "}");
    long beyond = SKEW_SECONDS + 1;
    add("expired", Reason.EXPIRED, target.token().claim("exp", now - beyond));
    add("nbf", Reason.NOT_YET_VALID, target.token().claim("nbf", now + 60 + beyond));
    add("iat", Reason.NOT_YET_VALID, target.token().claim("iat", now + 60 + beyond));
  }

  private void audiences() {
    for (String other : OTHER_AUDIENCES) {
      add("aud " + other, Reason.WRONG_AUDIENCE, target.token().claim("aud", other));
      add("aud [" + other, Reason.WRONG_AUDIENCE, target.token().audience(other, "x"));
    }
    String ours = TestIssuer.AUDIENCE;
    for (Object bad :
        Arrays.asList(
            null,
            7,
            true,
            Map.of(ours, 1),
            List.of(ours, 1),
            List.of(List.of(ours)),
            Arrays.asList(ours, null))) {
      add("aud " + bad, Reason.TOKEN_MALFORMED, target.token().claim("aud", bad));
    }
    add("aud []", Reason.WRONG_AUDIENCE, target.token().audience());
    add("no aud", Reason.MISSING_CLAIM, target.token().without("aud"));
  }

  private void issuers() {
    String ours = target.issuer().issuer();
    String bare = ours.substring(0, ours.length() - 1);
    for (String other :
        List.of(
            bare,
            ours + "/",
            ours + " ",
            ours + "\u0000",
            ours.toUpperCase(java.util.Locale.ROOT),
            "")) {
      add("iss " + other, Reason.UNKNOWN_ISSUER, target.token().claim("iss", other));
    }
    for (Object bad : Arrays.asList(null, 7, true, List.of(ours), Map.of())) {
      add("iss " + bad, Reason.TOKEN_MALFORMED, target.token().claim("iss", bad));
    }
    add("no iss", Reason.MISSING_CLAIM, target.token().without("iss"));
  }

  private void types() {
    for (String type : OTHER_TYPES) {
      add("typ " + type, Reason.WRONG_TYPE, target.token().header("typ", type));
    }
    for (String kind : List.of("ID", "Refresh", "Logout")) {
      add("payload typ " + kind, Reason.WRONG_TYPE, target.token().claim("typ", kind));
    }
    for (String sign : List.of("at_hash", "c_hash", "events")) {
      add(sign, Reason.WRONG_TYPE, target.token().claim(sign, "x"));
    }
    add(
        "cnf",
        Reason.BINDING_NOT_SUPPORTED,
        target.token().claim("cnf", Map.of("jkt", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")));
  }
}
