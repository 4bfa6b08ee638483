package dev.bearward.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses and blocks of them, as configuration and proxies write them. */
class AddressBlockTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.1.2, 11.0.0.0",
    "10.0.0.0/8, 10.0.0.0, 9.255.255.255",
    "192.168.4.0/22, 192.168.7.255, 192.168.8.0",
    "192.168.4.128/25, 192.168.4.128, 192.168.4.127",
    "127.0.0.1, 127.0.0.1, 127.0.0.2",
    "127.0.0.1/32, 127.0.0.1, 127.0.0.0",
    "0.0.0.0/0, 255.255.255.255, ::1",
    "0.0.0.0/1, 127.1.1.1, 128.0.0.0",
    "2001:db8::/32, 2001:db8:ffff::1, 2001:db9::",
    "2001:db8::8000/113, 2001:db8::ffff, 2001:db8::7fff",
    "::1, ::1, ::2",
    "::/0, 2001:db8::1, 1.2.3.4",
  })
  @DisplayName("a block has the addresses that begin with its bits, of its own kind")
  void contains_firstAndFollowing_areDecided(String text, String inside, String outside) {
    AddressBlock block = Objects.requireNonNull(AddressBlock.parse(text));
    assertThat(block.contains(InetAddress.ofLiteral(inside))).isTrue();
    assertThat(block.contains(InetAddress.ofLiteral(outside))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.1/8",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/08",
        "10.0.0.0/",
        "10.0.0.0/8/8",
        "10.0.0/8",
        "10.0.0.0 /8",
        "010.0.0.0/8",
        "0x0a.0.0.0/8",
        "2001:db8::1/32",
        "2001:db8::/129",
        "[2001:db8::]/32",
        "fe80::1%eth0",
        "::ffff:10.0.0.0/104",
        "localhost",
        "proxy.internal/32",
      })
  @DisplayName("rule 177: what is no block of addresses trusts nobody")
  void parse_noBlock_isNull(String text) {
    assertThat(AddressBlock.parse(text)).isNull();
  }

  @Test
  void toString_isWhatWasWritten() {
    for (String text : new String[] {"10.0.0.0/8", "127.0.0.1", "2001:db8:0:0:0:0:0:0/32"}) {
      assertThat(AddressBlock.parse(text)).hasToString(text);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "192.0.2.1:4711, 192.0.2.1",
    "2001:db8::1, 2001:db8::1",
    "[2001:db8::1], 2001:db8::1",
    "[2001:db8::1]:4711, 2001:db8::1",
    "::ffff:192.0.2.1, 192.0.2.1",
  })
  @DisplayName("rule 150: an address may stand in brackets and have a port")
  void parseNode_address_isRead(String text, String address) {
    assertThat(IpAddress.parseNode(text)).isEqualTo(InetAddress.ofLiteral(address));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "unknown",
        "_hidden",
        "_hidden:_port",
        "client.example",
        "192.0.2",
        "192.0.2.1:",
        "192.0.2.1:0",
        "192.0.2.1:99999",
        "192.0.2.1 ",
        "192.0.2.256",
        "3221225985",
        "127.1",
        "2001:db8::1:",
        "[2001:db8::1",
        "2001:db8::1]",
        "fe80::1%1",
        "[192.0.2.1]",
        "\"::1\"",
        "192.0.2.1, 192.0.2.2",
        "::1::"
      })
  @DisplayName("rule 149: what is no address is none")
  void parseNode_noAddress_isNull(String text) {
    assertThat(IpAddress.parseNode(text)).isNull();
  }
}
