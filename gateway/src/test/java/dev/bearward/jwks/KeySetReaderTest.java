package dev.bearward.jwks;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.bearward.testing.TestKey;
import dev.bearward.token.JwsAlgorithm;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeySetReaderTest {
  private static final TestKey GOOD = Rig.key("good");
  private static final String EC = GOOD.publicJwk().toJSONString();
  private static final String X = GOOD.publicJwk().toECKey().getX().toString();
  private static final String Y = GOOD.publicJwk().toECKey().getY().toString();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "MALFORMED          | 'text'",
        "MALFORMED          | null",
        "MALFORMED          | {}",
        "MALFORMED          | {'kty':5}",
        "MALFORMED          | {'kty':'EC','crv':'P-256','x':'@x'}",
        "MALFORMED          | {'kty':'EC','crv':'P-256','x':'@x','y':'@y','kid':5}",
        "MALFORMED          | {'kty':'EC','crv':'P-256','x':'@x','y':'@y','kid':'a','kid':'b'}",
        "MALFORMED          | {'kty':'EC','crv':'P-256','x':'@x ','y':'@y'}",
        "MALFORMED          | {'kty':'EC','crv':'P-256','x':'@x','y':'@y='}",
        "MALFORMED          | {'kty':'EC','crv':'P-256','x':5,'y':'@y'}",
        "MALFORMED          | {'kty':'EC','crv':'P-256','x':'@x','y':'@y','use':5,'use':5}",
        "MALFORMED          | {'kty':'RSA','n':'!','e':'AQAB'}",
        "SYMMETRIC          | {'kty':'oct','k':'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'}",
        "SYMMETRIC          | {'kty':'oct'}",
        "SYMMETRIC          | {'kty':'EC','crv':'P-256','x':'@x','y':'@y','k':'AAAA'}",
        "PRIVATE            | {'kty':'EC','crv':'P-256','x':'@x','y':'@y','d':'AAAA'}",
        "NOT_FOR_SIGNATURES | {'kty':'EC','crv':'P-256','x':'@x','y':'@y','use':'enc'}",
        "NOT_FOR_SIGNATURES | {'kty':'EC','crv':'P-256','x':'@x','y':'@y','use':'SIG'}",
        "NOT_FOR_SIGNATURES | {'kty':'EC','crv':'P-256','x':'@x','y':'@y','key_ops':['sign']}",
        "NOT_FOR_SIGNATURES | {'kty':'EC','crv':'P-256','x':'@x','y':'@y','alg':'ECDH-ES'}",
        "UNSUITABLE         | {'kty':'EC','crv':'P-256','x':'@x','y':'@y','alg':'ES384'}",
        "UNSUITABLE         | {'kty':'EC','crv':'P-256','x':'@x','y':'@y','alg':'HS256'}",
        "UNSUITABLE         | {'kty':'EC','crv':'secp256k1','x':'@x','y':'@y'}",
        "UNSUITABLE         | {'kty':'EC','crv':'P-999','x':'@x','y':'@y'}",
        "UNSUITABLE         | {'kty':'OKP','crv':'X25519','x':'@x'}",
        "UNSUITABLE         | {'kty':'OKP','crv':'Ed25519','x':'AAAA'}",
        "UNSUITABLE         | {'kty':'AKP','alg':'ML-DSA-44','pub':'AAAA'}",
      })
  @DisplayName("rules 29, 31, 33, 50: a member that does not serve is skipped, the rest is used")
  void read_memberThatDoesNotServe_skippedAlone(SkippedKey reason, String member) {
    String json = member.replace('\'', '"').replace("@x", X).replace("@y", Y);

    Fetched.Keys keys = keys("{\"keys\":[" + json + "," + EC + "]}");

    assertThat(keys.skipped()).isEqualTo(Map.of(reason, 1));
    assertThat(keys.keys()).extracting(JWK::getKeyID).containsExactly("good");
  }

  @Test
  @DisplayName("rule 33: a point off its curve is skipped")
  void read_pointOffTheCurve_skipped() {
    assertThat(
            keys("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
                    + X
                    + "\",\"y\":\""
                    + X
                    + "\"}]}")
                .keys())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1024, 0", "2048, 1"})
  @DisplayName("rule 32: an RSA key below 2048 bits is skipped")
  void read_rsaKeyBySize(int bits, int used) {
    TestKey rsa = TestKey.generateRsa(JwsAlgorithm.RS256, "rsa", bits);

    assertThat(keys(Rig.jwks(rsa)).keys()).hasSize(used);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AQ", "Ag", "AQAA", "AA"})
  @DisplayName("rule 32: an RSA exponent that is even or 1 is skipped")
  void read_rsaKeyWithUnsafeExponent_skipped(String exponent) {
    String rsa = Rig.jwks(TestKey.generate(JwsAlgorithm.RS256, "rsa"));

    assertThat(keys(rsa.replace("\"AQAB\"", "\"" + exponent + "\"")).skipped())
        .isEqualTo(Map.of(SkippedKey.UNSUITABLE, 1));
  }

  @Test
  @DisplayName("rule 50: Nimbus' own reader gives up the whole set for one broken key")
  void nimbus_oneBrokenKey_voidsTheSet() {
    String json =
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}," + EC + "]}";

    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> JWKSet.parse(json)))
        .isInstanceOf(ParseException.class);
    assertThat(keys(json).keys()).hasSize(1);
  }

  @Test
  void read_certificatesAndUnknownMembers_areNotRead() {
    String json = EC.replaceFirst("\\{", "{\"x5c\":[\"nonsense\"],\"x5t\":7,\"exp\":\"soon\",");

    assertThat(keys("{\"keys\":[" + json + "],\"more\":{}}").keys())
        .isEqualTo(List.of(GOOD.publicJwk()));
  }

  @Test
  void read_nullMembers_areAsAbsent() {
    String json = EC.replaceFirst("\\{", "{\"key_ops\":null,\"x5c\":null,");

    assertThat(keys("{\"keys\":[" + json + "]}").keys()).hasSize(1);
  }

  @Test
  @DisplayName("regression, rule 185: a number beyond all use in one member voids no set")
  void read_hugeExponent_isAsAbsent() {
    String json = EC.replaceFirst("\\{", "{\"z\":1e99999999999,");

    assertThat(keys("{\"keys\":[" + json + "],\"y\":-1e-99999999999}").keys()).hasSize(1);
  }

  @Test
  @DisplayName("rule 51: the same key twice counts once, two keys of one id count both")
  void read_repeatedKeyIds_bothKept() {
    TestKey other = Rig.key("good");

    assertThat(keys(Rig.jwks(GOOD, other, GOOD)).keys())
        .containsExactly(GOOD.publicJwk(), other.publicJwk());
  }

  @Test
  @DisplayName("rule 53: members beyond the limit are not looked at")
  void read_moreMembersThanTheLimit_restSkipped() {
    String enough = "{},".repeat(KeySetReader.MAX_MEMBERS - 1) + EC;

    Fetched.Keys keys = keys("{\"keys\":[" + enough + "," + EC + "," + EC + "]}");

    assertThat(keys.keys()).hasSize(1);
    assertThat(keys.skipped())
        .isEqualTo(Map.of(SkippedKey.MALFORMED, 99, SkippedKey.OVER_LIMIT, 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"keys\"",
        "{}",
        "{\"keys\":{}}",
        "{\"keys\":null}",
        "{\"keys\":[]",
        "{\"keys\":[]} x",
        "{\"keys\":[]}{}",
        "{\"keys\":[],\"keys\":[]}",
        "{'keys':[]}",
        "{\"keys\":[],}",
        "{\"keys\":[/*none*/]}",
        "{\"keys\":[NaN]}",
        "\uFEFF{\"keys\":[]}",
        "<html></html>",
      })
  @DisplayName("rule 53: what is not strictly one JSON object with a list of keys is refused")
  void read_noKeySet_refused(String json) {
    assertThat(read(json.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(new Fetched.Failed("here: no JWK set (expected: {\"keys\": [...]})"));
  }

  @Test
  @DisplayName("rule 53: depth and lengths are bounded")
  void read_excessiveJson_refused() {
    String deep = "[".repeat(20) + "]".repeat(20);
    String text = "\"" + "x".repeat(70_000) + "\"";
    String number = "1".repeat(100);
    String many = IntStream.range(0, 120_000).mapToObj(i -> "1").collect(Collectors.joining(","));

    for (String excess : List.of(deep, text, number, many)) {
      assertThat(read(("{\"keys\":[" + excess + "]}").getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(Fetched.Failed.class);
    }
  }

  @Test
  @DisplayName("rule 53: invalid UTF-8 and UTF-16 are refused")
  void read_otherEncodings_refused() {
    byte[] invalid = "{\"keys\":[],\"x\":\"?\"}".getBytes(StandardCharsets.UTF_8);
    invalid[invalid.length - 3] = (byte) 0xC0;

    assertThat(read(invalid)).isInstanceOf(Fetched.Failed.class);
    assertThat(read("{\"keys\":[]}".getBytes(StandardCharsets.UTF_16LE)))
        .isInstanceOf(Fetched.Failed.class);
  }

  private static Fetched read(byte[] json) {
    return KeySetReader.read("here", json, null);
  }

  private static Fetched.Keys keys(String json) {
    return (Fetched.Keys) read(json.getBytes(StandardCharsets.UTF_8));
  }
}
