package dev.bearward.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AddressFailuresTest {
  private static final InetAddress BAD = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

  private static final KeyedHash HASH = new KeyedHash(1, 2);
  private static final int SMALL = 512;

  /** Near its end, since a clock of nanoseconds may begin anywhere. */
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);

  private final AddressFailures failures =
      new AddressFailures(5, Duration.ofSeconds(1), nanos::get, HASH);

  private final AddressFailures small =
      new AddressFailures(5, Duration.ofSeconds(1), nanos::get, HASH, SMALL);

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
    flood(100_000);
    assertThat(failures.addresses()).isEqualTo(AddressFailures.MOST_ADDRESSES);
    pass(Duration.ofSeconds(1));
    assertThat(failures.addresses()).isZero();
  }

  @Test
  @DisplayName("regression: a flood of fresh addresses gives no known one a new budget")
  void failed_ofManyAddresses_leavesWhatIsUsedUp() {
    fail(BAD, 5);
    fail(OTHER, 4);
    flood(100_000);
    assertThat(failures.delay(BAD)).isEqualTo(Duration.ofMillis(200));
    assertThat(failures.delay(OTHER)).isNull();
    fail(OTHER, 1);
    assertThat(failures.delay(OTHER)).isEqualTo(Duration.ofMillis(200));
  }

  @Test
  @DisplayName("junk budget: who is new is let in until the addresses known have used up theirs")
  void delay_ofNewcomers_isNoneWhileBudgetsAreLeft() {
    flood(100_000);
    assertThat(newcomers()).allSatisfy(newcomer -> assertThat(failures.delay(newcomer)).isNull());
  }

  @Test
  @DisplayName("regression: addresses that forget each other have no more than the table's budgets")
  void failed_ofAddressesThatForgetEachOther_isBounded() {
    int sets = SMALL / Buckets.WAYS;
    assertThat(attempts()).isBetween(5 * SMALL, 5 * SMALL + sets);
    assertThat(attempts()).isZero();
    pass(Duration.ofMillis(200));
    assertThat(attempts()).isLessThanOrEqualTo(SMALL + sets);
  }

  @Test
  @DisplayName("junk budget: where all have used up theirs, who is new waits for what comes back")
  void delay_ofNewcomersToUsedUp_isTheTimeUntilOneIsBack() {
    attempts();
    assertThat(newcomers())
        .allSatisfy(
            newcomer -> assertThat(small.delay(newcomer)).isEqualTo(Duration.ofMillis(200)));
    pass(Duration.ofMillis(200));
    assertThat(newcomers()).allSatisfy(newcomer -> assertThat(small.delay(newcomer)).isNull());
  }

  /** One failure each of so many networks. */
  private void flood(int networks) {
    for (int i = 0; i < networks; i++) {
      failures.failed(network(0, i));
    }
  }

  /** How many failures the small table lets twenty times as many networks have as it knows. */
  private int attempts() {
    int failed = 0;
    for (int i = 0; i < 10 * 20 * SMALL; i++) {
      InetAddress network = network(0, i % (20 * SMALL));
      if (small.delay(network) == null) {
        small.failed(network);
        failed++;
      }
    }
    return failed;
  }

  private static List<InetAddress> newcomers() {
    return IntStream.range(0, 1_000).mapToObj(i -> network(1, i)).toList();
  }

  private static InetAddress network(int group, int number) {
    byte[] address = new byte[16];
    ByteBuffer.wrap(address).putShort((short) 0x2001).putShort((short) group).putInt(number);
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("style 9: a budget that is none is refused with the values")
  void new_withoutBudget_throws() {
    assertThatThrownBy(() -> new AddressFailures(0, Duration.ofSeconds(1), nanos::get, HASH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rate: 0 per PT1S");
    assertThatThrownBy(() -> new AddressFailures(11, Duration.ofNanos(10), nanos::get, HASH))
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
