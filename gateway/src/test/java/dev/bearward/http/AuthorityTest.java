package dev.bearward.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {
  @ParameterizedTest
  @CsvSource({
    "example.com, example.com, -1, example.com",
    "Example.COM:8443, example.com, 8443, example.com:8443",
    "example.com., example.com, -1, example.com",
    "example.com.:80, example.com, 80, example.com:80",
    "my_service-1:7002, my_service-1, 7002, my_service-1:7002",
    "3scale, 3scale, -1, 3scale",
    "svc.2nd, svc.2nd, -1, svc.2nd",
    "127.0.0.1:7001, 127.0.0.1, 7001, 127.0.0.1:7001",
    "255.255.255.255, 255.255.255.255, -1, 255.255.255.255",
    "[::1]:80, [::1], 80, [::1]:80",
    "[0:0:0:0:0:0:0:1], [::1], -1, [::1]",
    "[2001:DB8:0:0:1:0:0:1]:443, [2001:db8::1:0:0:1], 443, [2001:db8::1:0:0:1]:443",
    "[2001:db8:0:1:1:1:1:1], [2001:db8:0:1:1:1:1:1], -1, [2001:db8:0:1:1:1:1:1]",
    "[::], [::], -1, [::]",
    "[1::], [1::], -1, [1::]",
    "[::ffff:192.0.2.1], [::ffff:c000:201], -1, [::ffff:c000:201]",
    "[1:2:3:4:5:6:7.8.9.10], [1:2:3:4:5:6:708:90a], -1, [1:2:3:4:5:6:708:90a]",
    "[0001::00ff], [1::ff], -1, [1::ff]",
    "a:65535, a, 65535, a:65535",
  })
  @DisplayName("rule 94: one spelling for each host")
  void parse_validHost_givesOneSpelling(String raw, String host, int port, String value) {
    Authority authority = TestHeads.authority(raw);
    assertThat(authority.host()).isEqualTo(host);
    assertThat(authority.port()).isEqualTo(port);
    assertThat(authority.value()).isEqualTo(value).hasToString(authority.toString());
    assertThat(TestHeads.authority(value)).isEqualTo(authority).hasSameHashCodeAs(authority);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":80",
        " ",
        ".",
        "..",
        "a..b",
        ".a",
        "a..",
        "a b",
        "a/b",
        "a?b",
        "a#b",
        "a\\b",
        "user@host",
        "user:secret@host",
        "a%41",
        "a,b",
        "a\u0000",
        "a\r\nb",
        "é",
        "*",
        "*.a",
        "a:",
        "a:0",
        "a:080",
        "a:65536",
        "a:123456",
        "a:8x",
        "a:-1",
        "a:8 ",
        "a:1:2",
        "::1",
        "[::1",
        "[]",
        "[:]",
        "[:::]",
        "[::1]x",
        "[::1]x:80",
        "[::1]:",
        "[fe80::1%25eth0]",
        "[1:2:3:4:5:6:7]",
        "[1:2:3:4:5:6:7:8:9]",
        "[1::2::3]",
        "[1:2:3:4:5:6:7::8]",
        "[12345::]",
        "[g::]",
        "[1.2.3.4::]",
        "[::1.2.3]",
        "[::1.2.3.4.5]",
        "[1:2:3:4:5:6:7:1.2.3.4]",
        "[:1]",
        "[1:]",
        "[vF.a]",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "01.2.3.4",
        "1.2.3.04",
        "2130706433",
        "0x7f.1",
        "0X7F",
        "a.0x1",
        "127.1",
        "1.2.3.",
        "a.1",
        "1.2.3.1000"
      })
  @DisplayName("rule 93: what is not a host and perhaps a port is refused")
  void parse_invalidHost_isRefused(String raw) {
    assertThat(Authority.parse(raw)).isInstanceOf(Authority.Invalid.class);
  }

  @Test
  @DisplayName("rule 93: names and labels have the lengths of DNS")
  void parse_lengths_areBounded() {
    String label = "a".repeat(63);
    String name = String.join(".", label, label, label, "a".repeat(61));
    assertThat(name).hasSize(253);
    assertThat(TestHeads.authority(name).host()).isEqualTo(name);
    assertThat(Authority.parse(name + "a")).isInstanceOf(Authority.Invalid.class);
    assertThat(Authority.parse(label + "a")).isInstanceOf(Authority.Invalid.class);
  }

  @Test
  void parse_refusal_doesNotRepeatTheValue() {
    assertThat(Authority.parse("user:secret@host"))
        .isInstanceOfSatisfying(
            Authority.Invalid.class, refused -> assertThat(refused.why()).doesNotContain("secret"));
  }

  @Test
  void equals_otherHost_differs() {
    assertThat(TestHeads.authority("a"))
        .isNotEqualTo(TestHeads.authority("b"))
        .isNotEqualTo(TestHeads.authority("a:80"))
        .isNotEqualTo("a");
  }
}
