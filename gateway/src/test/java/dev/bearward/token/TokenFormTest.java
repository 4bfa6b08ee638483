package dev.bearward.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import dev.bearward.http.Reason;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestToken;
import dev.bearward.token.TokenVerifier.Rejected;
import dev.bearward.token.TokenVerifier.Verification;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The form of a token, before anything it says matters; every token here is well signed. */
final class TokenFormTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final TestIssuer ISSUER =
      new TestIssuer("test", "https://issuer.example/", CLOCK, JwsAlgorithm.EDDSA);
  private static final String HEADER = "{\"alg\":\"EdDSA\",\"kid\":\"EdDSA\"}";
  private static final String CLAIMS =
      "\"iss\":\"https://issuer.example/\",\"aud\":\"appointments:api\",\"exp\":"
          + (NOW.getEpochSecond() + 60);
  private static final String PAYLOAD = "{" + CLAIMS + "}";

  private static Verification verify(String token) {
    return new JwtVerifier(
            List.of(ISSUER.settings()),
            ISSUER.keySource(),
            new CryptoInUse(),
            Set.of(ClaimPath.of("shown")),
            CLOCK)
        .verify(token);
  }

  private static String signed(String header, String payload) {
    return TestToken.compact(header, payload, ISSUER.key());
  }

  private static void assertAccepted(String token) {
    assertThat(verify(token)).isInstanceOf(Verified.class);
  }

  private static void assertMalformed(String token) {
    assertThat(verify(token)).as(token).isEqualTo(new Rejected(Reason.TOKEN_MALFORMED));
  }

  @Test
  @DisplayName("rule 35: the three parts as such are accepted")
  void verify_plain_accepts() {
    assertAccepted(signed(HEADER, PAYLOAD));
    assertAccepted(signed(" \n" + HEADER + "\r\n", "\t" + PAYLOAD + " "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "...",
        "a",
        "a.b",
        "a.b.c.d",
        "a.b.c.d.e",
        "....",
        "\u0000",
        "a.b.\u20ac",
        "{\"payload\":\"\",\"signatures\":[]}",
        "opaque-token"
      })
  @DisplayName("rule 35: anything but three parts is refused")
  void verify_notThreeParts_isMalformed(String token) {
    assertMalformed(token);
  }

  @Test
  @DisplayName("rules 24, 35, 178: detached, JSON-serialised and five-part tokens are refused")
  void verify_otherSerialisations_areMalformed() {
    String[] parts = signed(HEADER, PAYLOAD).split("\\.", -1);
    assertMalformed(parts[0] + ".." + parts[2]);
    assertMalformed(parts[0] + "." + parts[1] + "." + parts[2] + ".AA.AA");
    assertMalformed(
        "{\"payload\":\"%s\",\"protected\":\"%s\",\"signature\":\"%s\"}"
            .formatted(parts[1], parts[0], parts[2]));
  }

  @Test
  @DisplayName("rule 34: padding, whitespace and other characters are refused in every part")
  void verify_notBase64Url_isMalformed() {
    String[] parts = signed(HEADER, PAYLOAD).split("\\.", -1);
    for (int part = 0; part < 3; part++) {
      for (String extra : List.of("=", "==", " ", "\n", "\t", "\r\n", "+", "/", "%3D", "\u00e9")) {
        String[] altered = parts.clone();
        altered[part] = parts[part] + extra;
        assertMalformed(String.join(".", altered));
        altered[part] = extra + parts[part];
        assertMalformed(String.join(".", altered));
      }
    }
  }

  @Test
  @DisplayName("rule 34: non-zero spare bits are refused in every part, though the JDK takes them")
  void verify_spareBits_areMalformed() {
    int altered = 0;
    for (String shown : List.of("", "a", "aa", "aaa")) {
      String payload = "{" + CLAIMS + ",\"shown\":\"" + shown + "\"}";
      String[] parts =
          signed(HEADER.replace("}", ",\"x\":\"" + shown + "\"}"), payload).split("\\.", -1);
      for (int part = 0; part < 3; part++) {
        if (parts[part].length() % 4 != 0) {
          String[] spare = parts.clone();
          spare[part] = withSpareBit(parts[part]);
          assertThat(Base64.getUrlDecoder().decode(spare[part]))
              .isEqualTo(Base64.getUrlDecoder().decode(parts[part]));
          assertMalformed(String.join(".", spare));
          altered++;
        }
      }
      assertAccepted(String.join(".", parts));
    }
    assertThat(altered).isGreaterThan(6);
  }

  private static String withSpareBit(String part) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = alphabet.indexOf(part.charAt(part.length() - 1));
    return part.substring(0, part.length() - 1) + alphabet.charAt(last + 1);
  }

  @Test
  @DisplayName("rule 34: strict base64url agrees with the JDK on all that is strict")
  void decode_anyBytes_isTheInverse() {
    Random random = new Random(42);
    for (int length = 0; length < 200; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      byte[] encoded = Base64.getUrlEncoder().withoutPadding().encode(bytes);
      assertThat(Base64Url.decode(encoded, 0, encoded.length)).isEqualTo(bytes);
    }
    for (int c = 0; c < 256; c++) {
      byte[] four = {'A', 'A', (byte) c, 'A'};
      byte[] two = {'A', (byte) c};
      boolean inside = (Character.isLetterOrDigit(c) && c < 128) || c == '-' || c == '_';
      assertThat(Base64Url.decode(four, 0, 4) != null).isEqualTo(inside);
      boolean spareZero = "AQgw".indexOf(c) >= 0;
      assertThat(Base64Url.decode(two, 0, 2) != null).isEqualTo(spareZero);
    }
    assertThat(Base64Url.decode(new byte[] {'A'}, 0, 1)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{%s,\"exp\":1}",
        "{%s,\"e\\u0078p\":1}",
        "{\"aud\":\"other\",%s}",
        "{%s,\"x\":1,\"x\":1}",
        "{%s,\"x\":{\"y\":1,\"y\":2}}",
        "{%s,\"x\":[{\"y\":1,\"\\u0079\":2}]}",
        "{%s,\"shown\":{\"y\":1,\"y\":2}}",
        "{%s,\"shown\":[[{\"y\":1,\"y\":2}]]}",
        "{%s,\"\":1,\"\":2}"
      })
  @DisplayName("rule 36: a claim name that stands twice is refused at every level")
  void payload_duplicateName_isMalformed(String payload) {
    assertMalformed(signed(HEADER, payload.formatted(CLAIMS)));
  }

  @Test
  @DisplayName("rule 36: a header name that stands twice is refused")
  void header_duplicateName_isMalformed() {
    assertMalformed(signed("{\"alg\":\"none\",\"alg\":\"EdDSA\",\"kid\":\"EdDSA\"}", PAYLOAD));
    assertMalformed(signed("{\"alg\":\"EdDSA\",\"kid\":\"EdDSA\",\"k\\u0069d\":\"x\"}", PAYLOAD));
    assertMalformed(signed("{\"alg\":\"EdDSA\",\"x\":{\"a\":1,\"a\":1}}", PAYLOAD));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "true",
        "1",
        "\"text\"",
        "[]",
        "[{%s}]",
        "{%s}{}",
        "{%s} x",
        "{%s},",
        "{%s}]",
        "{%s",
        "{%s,}",
        "{,%s}",
        "{%s,\"x\"}",
        "{%s,\"x\":}",
        "{%s,x:1}",
        "{%s,'x':1}",
        "{%s,\"x\":'y'}",
        "{%s,\"x\":tru}",
        "{%s,\"x\":01}",
        "{%s,\"x\":+1}",
        "{%s,\"x\":.5}",
        "{%s,\"x\":NaN}",
        "{%s,\"x\":Infinity}",
        "{%s,\"x\":\"\\x\"}",
        "{%s,\"x\":\"\n\"}",
        "{%s,\"x\":[1,]}",
        "{%s,\"x\":[1 2]}",
        "{%s}//",
        "/**/{%s}",
        "#\n{%s}",
        "{%s}\u0000",
        "\u0000{%s}",
        "\uFEFF{%s}",
        "\u00a0{%s}",
        "{%s,\"shown\":\"\\ud800\"}",
        "{%s,\"shown\":\"\\ud800x\"}",
        "{%s,\"shown\":[\"\\udc00\\ud800\"]}",
        "{%s,\"shown\":{\"\\udc00\":1}}"
      })
  @DisplayName("rule 37: the payload is one strict JSON object")
  void payload_notOneObject_isMalformed(String payload) {
    assertMalformed(signed(HEADER, payload.replace("%s", CLAIMS)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "[]", "\"x\"", "{", "{}", "{}{}", "%s{}", "%s ,", "\uFEFF%s", "[%s]"})
  @DisplayName("rule 37: the header is one strict JSON object")
  void header_notOneObject_isMalformed(String header) {
    assertMalformed(signed(header.replace("%s", HEADER), PAYLOAD));
  }

  @Test
  @DisplayName("rule 37: bytes that are not UTF-8 are refused, wherever they stand")
  void payload_notUtf8_isMalformed() {
    byte[][] wrong = {
      {(byte) 0x80},
      {(byte) 0xc0, (byte) 0xaf},
      {(byte) 0xc1, (byte) 0x81},
      {(byte) 0xe0, (byte) 0x80, (byte) 0xaf},
      {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
      {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
      {(byte) 0xf5, (byte) 0x80, (byte) 0x80, (byte) 0x80},
      {(byte) 0xff},
      {(byte) 0xe2, (byte) 0x82}
    };
    for (byte[] bytes : wrong) {
      for (String name : List.of("skipped", "shown")) {
        byte[] payload =
            ("{" + CLAIMS + ",\"" + name + "\":\"@\"}").getBytes(StandardCharsets.UTF_8);
        assertMalformed(TestToken.compact(utf8(HEADER), spliced(payload, bytes), ISSUER.key()));
      }
      byte[] header = utf8("{\"alg\":\"EdDSA\",\"kid\":\"EdDSA\",\"x\":\"@\"}");
      assertMalformed(TestToken.compact(spliced(header, bytes), utf8(PAYLOAD), ISSUER.key()));
    }
    assertAccepted(signed(HEADER, "{" + CLAIMS + ",\"shown\":\"é漢\uD83D\uDE00\\ud83d\\ude00\"}"));
  }

  @Test
  @DisplayName("rule 37: UTF-16 and UTF-32 are refused")
  void payload_otherEncodings_areMalformed() {
    for (String name : List.of("UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE")) {
      byte[] payload = PAYLOAD.getBytes(java.nio.charset.Charset.forName(name));
      assertMalformed(TestToken.compact(utf8(HEADER), payload, ISSUER.key()));
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] spliced(byte[] template, byte[] bytes) {
    int at = new String(template, StandardCharsets.ISO_8859_1).lastIndexOf('@');
    byte[] spliced = Arrays.copyOf(template, template.length - 1 + bytes.length);
    System.arraycopy(bytes, 0, spliced, at, bytes.length);
    System.arraycopy(template, at + 1, spliced, at + bytes.length, template.length - at - 1);
    return spliced;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"crit\":[\"x\"],\"x\":1",
        "\"crit\":[]",
        "\"crit\":\"exp\"",
        "\"crit\":null",
        "\"crit\":[\"alg\"]",
        "\"crit\":[\"missing\"]",
        "\"crit\":[\"exp\"],\"exp\":1",
        "\"crit\":[\"b64\"],\"b64\":true",
        "\"crit\":[\"b64\"],\"b64\":false"
      })
  @DisplayName("rule 38: crit is refused, since no extension is understood here")
  void header_critical_isMalformed(String member) {
    assertMalformed(signed("{\"alg\":\"EdDSA\",\"kid\":\"EdDSA\"," + member + "}", PAYLOAD));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"b64\":false",
        "\"b64\":true",
        "\"zip\":\"DEF\"",
        "\"zip\":null",
        "\"enc\":\"A128GCM\"",
        "\"cty\":\"JWT\"",
        "\"cty\":\"jwt\"",
        "\"cty\":\"application/JWT\"",
        "\"cty\":1",
        "\"typ\":1",
        "\"typ\":null",
        "\"typ\":[\"JWT\"]"
      })
  @DisplayName("rules 39-41: unencoded, compressed, encrypted and nested tokens are refused")
  void header_neverDone_isMalformed(String member) {
    assertMalformed(signed("{\"alg\":\"EdDSA\",\"kid\":\"EdDSA\"," + member + "}", PAYLOAD));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"kid\":1", "\"kid\":null", "\"kid\":[\"EdDSA\"]", "\"kid\":{}"})
  @DisplayName("rule 43: a key id that is no string is refused")
  void header_keyIdNotString_isMalformed(String member) {
    assertMalformed(signed("{\"alg\":\"EdDSA\"," + member + "}", PAYLOAD));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"alg\":1}", "{\"alg\":null}", "{\"alg\":[\"EdDSA\"]}", "{\"kid\":\"a\"}"})
  @DisplayName("rule 28: alg is there and a string")
  void header_algorithmNotString_isMalformed(String header) {
    assertMalformed(signed(header, PAYLOAD));
  }

  @Test
  @DisplayName("rule 40: another cty and unknown parameters are let be")
  void header_otherParameters_areIgnored() {
    assertAccepted(
        signed(
            "{\"alg\":\"EdDSA\",\"kid\":\"EdDSA\",\"cty\":\"json\",\"x5t\":\"a\",\"y\":{\"z\":[1]}}",
            PAYLOAD));
  }

  @Test
  @DisplayName("rule 41: a JWE header, PBES2 with a huge count included, is refused unopened")
  void header_passwordBased_isMalformed() {
    assertMalformed(
        signed(
            "{\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128GCM\",\"p2c\":2147483647,\"p2s\":\"a\"}",
            PAYLOAD));
    assertThat(verify(signed("{\"alg\":\"PBES2-HS256+A128KW\",\"p2c\":2147483647}", PAYLOAD)))
        .isEqualTo(new Rejected(Reason.ALGORITHM_NOT_ALLOWED));
  }

  @Test
  @DisplayName("rules 60, 181: depth is bounded")
  void payload_deep_isMalformed() {
    assertAccepted(signed(HEADER, nested(StrictJson.MAX_DEPTH - 1, "[", "]")));
    assertMalformed(signed(HEADER, nested(StrictJson.MAX_DEPTH, "[", "]")));
    assertMalformed(signed(HEADER, nested(100_000, "[", "]")));
    assertMalformed(signed(HEADER, nested(100_000, "[", "")));
    assertMalformed(signed(HEADER, nested(100_000, "{\"a\":", "}")));
    assertMalformed(signed(HEADER.replace("}", ",\"x\":" + "[".repeat(100_000)), PAYLOAD));
  }

  private static String nested(int depth, String open, String close) {
    return "{"
        + CLAIMS
        + ",\"shown\":"
        + open.repeat(depth)
        + (close.equals("}") ? "1" : "")
        + close.repeat(depth)
        + "}";
  }

  @Test
  @DisplayName("rule 60: the count of values and the length of numbers and names are bounded")
  void payload_oversize_isMalformed() {
    String many = "{" + CLAIMS + ",\"x\":[" + "1,".repeat(StrictJson.MAX_TOKENS) + "1]}";
    assertMalformed(signed(HEADER, many));
    assertAccepted(signed(HEADER, many.replaceAll("(1,){9000}", "")));
    for (String number :
        List.of(
            "9".repeat(StrictJson.MAX_NUMBER_LENGTH + 1),
            "0." + "9".repeat(200),
            "1e" + "9".repeat(200))) {
      for (String name : List.of("skipped", "shown")) {
        assertMalformed(signed(HEADER, "{" + CLAIMS + ",\"" + name + "\":" + number + "}"));
      }
    }
    String name = "n".repeat(StrictJson.MAX_NAME_LENGTH + 1);
    assertMalformed(signed(HEADER, "{" + CLAIMS + ",\"" + name + "\":1}"));
    assertAccepted(signed(HEADER, "{" + CLAIMS + ",\"" + name.substring(1) + "\":1}"));
  }

  @Test
  @DisplayName("rule 60: no bytes whatever make verification throw")
  void verify_anyBytes_neverThrows() {
    Random random = new Random(7);
    String good = signed(HEADER, "{" + CLAIMS + ",\"shown\":{\"a\":[1,2.5e3,null,true,\"é\"]}}");
    String[] parts = good.split("\\.", -1);
    for (int i = 0; i < 5_000; i++) {
      byte[] payload = Base64.getUrlDecoder().decode(parts[1]);
      for (int edit = 0; edit <= i % 4; edit++) {
        payload[random.nextInt(payload.length)] = (byte) random.nextInt(256);
      }
      byte[] header = Base64.getUrlDecoder().decode(parts[0]);
      if (i % 2 == 0) {
        header[random.nextInt(header.length)] = (byte) random.nextInt(128);
      }
      String token = Base64URL.encode(header) + "." + Base64URL.encode(payload) + "." + parts[2];
      assertThatCode(() -> verify(token)).as(token).doesNotThrowAnyException();
    }
  }

  @Test
  @DisplayName("rule 60: claims of every JSON type are shown as they are")
  void payload_everyType_isShown() {
    Verified verified =
        (Verified)
            verify(
                signed(
                    HEADER,
                    "{" + CLAIMS + ",\"shown\":{\"a\":[1,-2.50,null,true,false,\"é\"],\"b\":{}}}"));
    assertThat(verified.claim(ClaimPath.of("shown")))
        .isEqualTo(
            new ClaimValue.Members(
                Map.of(
                    "a",
                    new ClaimValue.Array(
                        List.of(
                            new ClaimValue.Numeric(java.math.BigDecimal.ONE),
                            new ClaimValue.Numeric(new java.math.BigDecimal("-2.50")),
                            new ClaimValue.Null(),
                            new ClaimValue.Bool(true),
                            new ClaimValue.Bool(false),
                            new ClaimValue.Text("é"))),
                    "b",
                    new ClaimValue.Members(Map.of()))));
  }

  @Test
  @DisplayName("rules 34, 36: where Nimbus is lenient and our own check stands in front of it")
  void nimbus_lenience_isKnown() throws Exception {
    String[] parts = signed(HEADER, PAYLOAD).split("\\.", -1);
    String padded = parts[0] + "." + parts[1] + "=." + parts[2];
    assertThat(SignedJWT.parse(padded).getJWTClaimsSet().getIssuer()).isEqualTo(ISSUER.issuer());
    assertMalformed(padded);
    String spaced = parts[0] + "." + parts[1] + " ." + parts[2];
    assertThat(JWSObject.parse(spaced).getPayload().toJSONObject()).containsKey("iss");
    assertMalformed(spaced);
    String overlong =
        TestToken.compact(
            utf8(HEADER),
            spliced(utf8("{" + CLAIMS + ",\"x\":\"@\"}"), new byte[] {(byte) 0xc0, (byte) 0xaf}),
            ISSUER.key());
    assertThat(JWSObject.parse(overlong).getPayload().toJSONObject()).containsKey("iss");
    assertMalformed(overlong);
  }
}
