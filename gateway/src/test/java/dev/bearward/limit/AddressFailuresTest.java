package dev.bearward.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AddressFailuresTest {
  private static final InetAddress BAD = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

  /** Near its end, since a clock of nanoseconds may begin anywhere. */
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);

  private final AddressFailures failures =
      new AddressFailures(5, Duration.ofSeconds(1), nanos::get);

  private void fail(InetAddress address, int times) {
    for (int i = 0; i < times; i++) {
      failures.failed(address);
    }
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  @DisplayName("junk budget: an address may fail as often as configured, and no more")
  void delay_atTheLimit_isTheTimeUntilOneIsBack() {
    assertThat(failures.delay(BAD)).isNull();
    fail(BAD, 4);
    assertThat(failures.delay(BAD)).isNull();
    fail(BAD, 1);
    assertThat(failures.delay(BAD)).isEqualTo(Duration.ofMillis(200));
    assertThat(failures.delay(OTHER)).isNull();
  }

  @Test
  @DisplayName("junk budget: failures are forgiven evenly, and all of them after the whole time")
  void delay_afterTime_isOver() {
    fail(BAD, 5);
    pass(Duration.ofMillis(199));
    assertThat(failures.delay(BAD)).isEqualTo(Duration.ofMillis(1));
    pass(Duration.ofMillis(1));
    assertThat(failures.delay(BAD)).isNull();
    fail(BAD, 1);
    assertThat(failures.delay(BAD)).isEqualTo(Duration.ofMillis(200));
    pass(Duration.ofSeconds(1));
    fail(BAD, 4);
    assertThat(failures.delay(BAD)).isNull();
    fail(BAD, 1);
    assertThat(failures.delay(BAD)).isNotNull();
  }

  @Test
  @DisplayName("junk budget: what was under way when it ran out is paid back, within bounds")
  void delay_overTheLimit_isPaidBack() {
    fail(BAD, 7);
    assertThat(failures.delay(BAD)).isEqualTo(Duration.ofMillis(600));
    fail(BAD, 10_000);
    assertThat(failures.delay(BAD)).isEqualTo(Duration.ofMillis(1_200));
  }

  @Test
  @DisplayName("junk budget: an IPv6 client is its network of 64 bits")
  void delay_ofIpv6_countsByNetwork() {
    fail(InetAddress.ofLiteral("2001:db8:1:2::1"), 3);
    fail(InetAddress.ofLiteral("2001:db8:1:2:ffff:ffff:ffff:ffff"), 2);
    assertThat(failures.delay(InetAddress.ofLiteral("2001:db8:1:2:3:4:5:6"))).isNotNull();
    assertThat(failures.delay(InetAddress.ofLiteral("2001:db8:1:3::1"))).isNull();
    fail(InetAddress.ofLiteral("::1"), 5);
    assertThat(failures.delay(InetAddress.ofLiteral("0.0.0.0"))).isNotNull();
    assertThat(failures.delay(InetAddress.ofLiteral("127.0.0.1"))).isNull();
  }

  @Test
  @DisplayName("junk budget: memory is bounded, whoever sends")
  void failed_ofManyAddresses_remembersSoManyOnly() {
    byte[] address = {10, 0, 0, 0};
    for (int i = 0; i < 3 * AddressFailures.MAX_ADDRESSES; i++) {
      address[1] = (byte) (i >> 16);
      address[2] = (byte) (i >> 8);
      address[3] = (byte) i;
      fail(byAddress(address), 1);
    }
    assertThat(failures.addresses()).isBetween(1L, (long) AddressFailures.MAX_ADDRESSES);
  }

  private static InetAddress byAddress(byte[] address) {
    try {
      return InetAddress.getByAddress(address);
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("style 9: a budget that is none is refused with the values")
  void new_withoutBudget_throws() {
    assertThatThrownBy(() -> new AddressFailures(0, Duration.ofSeconds(1), nanos::get))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("failures: 0 per PT1S");
    assertThatThrownBy(() -> new AddressFailures(11, Duration.ofNanos(10), nanos::get))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("a budget without a limit never makes anybody wait")
  void unlimited_neverDelays() {
    for (int i = 0; i < 1_000; i++) {
      FailureBudget.UNLIMITED.failed(BAD);
    }
    assertThat(FailureBudget.UNLIMITED.delay(BAD)).isNull();
  }
}
