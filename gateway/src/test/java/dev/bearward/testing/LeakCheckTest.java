package dev.bearward.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class LeakCheckTest {
  @Test
  void drain_bufferNeverReleased_isReportedWithItsPlace() {
    leak();
    assertThat(LeakCheck.drain()).anyMatch(leak -> leak.contains("LeakCheckTest"));
  }

  @Test
  void drain_bufferReleased_isSilent() {
    assertThat(PooledByteBufAllocator.DEFAULT.directBuffer(8).release()).isTrue();
    assertThat(LeakCheck.drain()).isEmpty();
  }

  private static void leak() {
    ByteBuf forgotten = PooledByteBufAllocator.DEFAULT.directBuffer(8);
    forgotten.writeByte(1);
  }
}
